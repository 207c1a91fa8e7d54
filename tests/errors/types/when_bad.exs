defmodule A do
  @spec f(a) :: a when a
  def f(x), do: x
end
