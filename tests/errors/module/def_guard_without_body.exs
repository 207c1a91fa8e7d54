defmodule A do
  def foo(x) when x > 1
end
