defmodule A do
  def f(x) when yyy > 1, do: x
end
