defmodule A do
  def f(x, y \\ 1), do: x + y
  def f(x, y \\ 1, z \\ 1), do: x + y + z
end
