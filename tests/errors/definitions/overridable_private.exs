defmodule A do
  defp f(x), do: x
  defoverridable f: 1
  def g(x), do: f(x)
end
