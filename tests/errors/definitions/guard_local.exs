defmodule A do
  def f(x) when g(x), do: x
  def g(x), do: x
end
