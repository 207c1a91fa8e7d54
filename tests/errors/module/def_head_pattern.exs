defmodule A do
  def foo(%{})
  def foo(x), do: x
end
