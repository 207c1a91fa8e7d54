defmodule A do
  defstruct a: 1, a: 2
end
