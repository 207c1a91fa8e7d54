defmodule A do
  @spec f(a) :: a when a: var
  def f(x), do: x
end
