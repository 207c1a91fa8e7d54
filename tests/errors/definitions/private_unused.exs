defmodule A do
  defp f(x), do: x
end
