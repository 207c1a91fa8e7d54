defmodule A do
  def f, do: foo(1)
  def g, do: bar(2)
  def h, do: foo(1)
end
