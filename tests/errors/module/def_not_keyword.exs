defmodule A do
  def foo(x), 1
end
