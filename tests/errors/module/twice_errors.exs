defmodule A do
  def f, do: foo()
  def g, do: bar(1)
  def h, do: baz
end
defmodule B do
  def f, do: foo()
end
