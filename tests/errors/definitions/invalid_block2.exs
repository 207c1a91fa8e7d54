defmodule A do
  def f(x), do: 1, foo: 2
end
