defmodule A do
  @typep t :: integer
end
