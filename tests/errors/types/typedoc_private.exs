defmodule A do
  @typedoc "a"
  @typep t :: integer
  @type u :: t
end
