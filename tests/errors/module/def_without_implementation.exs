defmodule A do
  def foo(x)
end
