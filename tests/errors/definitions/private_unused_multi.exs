defmodule A do
  defp f(x), do: g(x)
  defp g(x), do: f(x)
  defmacrop m, do: 1
end
