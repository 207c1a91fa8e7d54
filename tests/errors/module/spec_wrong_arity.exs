defmodule A do
  @spec foo(integer, integer) :: integer
  def foo(x), do: x
end
