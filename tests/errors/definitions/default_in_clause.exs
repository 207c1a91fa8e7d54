defmodule A do
  def f(x \\ 1)
  def f(x \\ 2), do: x
end
