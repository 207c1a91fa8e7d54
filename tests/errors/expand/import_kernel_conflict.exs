defmodule A do
  def f(x), do: length(x)
  def length(x), do: x
end
