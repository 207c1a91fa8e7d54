defmodule A do
  def f(x) when (for y <- x, do: y), do: x
end
