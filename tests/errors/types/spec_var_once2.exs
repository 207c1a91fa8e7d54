defmodule A do
  @spec f(a) :: integer when a: integer, c: term
  def f(x), do: x
end
