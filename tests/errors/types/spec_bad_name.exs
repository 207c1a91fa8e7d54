defmodule A do
  @spec 1 :: integer
  def f(x), do: x
end
