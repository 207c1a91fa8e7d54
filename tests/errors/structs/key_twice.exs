defmodule A do
  defstruct a: 1
  def f(%A{a: 1, a: 2}), do: 1
  def g(x), do: %A{x | a: 1, a: 2}
end
