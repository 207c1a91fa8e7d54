defmodule A do
  @spec f(a) :: b when a: integer, b: term
  def f(x), do: x
end
