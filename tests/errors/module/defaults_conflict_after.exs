defmodule A do
  def foo(a, b \\ 1), do: {a, b}
  def foo(a), do: a
end
