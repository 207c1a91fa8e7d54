defmodule A do
  def foo(1), do: 1
  def bar(1), do: 1
  def foo(2), do: 2
end
