defmodule A do
  def f(case x do _ -> 1 end), do: x
end
