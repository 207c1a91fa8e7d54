defmodule A do
  def foo(x), do: x, foo: 1
end
