defmodule A do
  def f(x) when (case x do _ -> true end), do: x
end
