defmodule A do
  def f(x), do: x
  defp f(x, y), do: x + y
  defp f(x), do: x
end
