defmodule A do
  def f(x, y \\ 1), do: x + y
  def f(:a, y), do: y
end
