defmodule A do
  def f(x) when x when x, do: x
end
