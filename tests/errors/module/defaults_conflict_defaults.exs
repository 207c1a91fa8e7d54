defmodule A do
  def foo(a, b \\ 1), do: {a, b}
  def foo(a, b \\ 1, c \\ 2), do: {a, b, c}
end
