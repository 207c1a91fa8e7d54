defmodule A do
  defstruct [:a]
  def f(%__MODULE__{a: a | b}), do: a
end
