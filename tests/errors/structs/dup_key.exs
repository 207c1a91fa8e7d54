defmodule A do
  defstruct [:a]
  def f, do: %__MODULE__{a: 1, a: 2}
end
