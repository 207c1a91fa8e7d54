defmodule A do
  def f(x, y \\ 1), do: x + y
  def f(x), do: x
end
