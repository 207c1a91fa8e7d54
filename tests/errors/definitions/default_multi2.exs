defmodule A do
  def f(:a, y), do: y
  def f(x, y \\ 1), do: x + y
end
