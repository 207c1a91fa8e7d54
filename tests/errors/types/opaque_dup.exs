defmodule A do
  @opaque t :: integer
  @typep t :: atom
end
