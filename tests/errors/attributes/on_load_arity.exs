defmodule A do
  @on_load :foo
  def foo(x), do: x
end
