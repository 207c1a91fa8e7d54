defmodule A do
  defstruct [:a]
  defstruct [:b]
end
