defmodule A do
  def foo(x), foo: x
end
