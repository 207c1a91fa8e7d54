defmodule A do
  def f(x), do: x
  def f(y), do: y
end
