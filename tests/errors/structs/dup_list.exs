defmodule A do
  defstruct [:a, :a]
end
