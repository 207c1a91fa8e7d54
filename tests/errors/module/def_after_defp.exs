defmodule A do
  def foo(x), do: x
  defp foo(y), do: y
end
