defmodule A do
  def f(x) when fn -> 1 end, do: x
end
