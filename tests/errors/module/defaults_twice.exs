defmodule A do
  def foo(x \\ 1)
  def foo(x \\ 2), do: x
end
