defmodule A do
  @spec f(foo) :: bar
  def f(x), do: x
end
