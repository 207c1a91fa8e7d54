defmodule A do
  def f(x), foo: 1
end
