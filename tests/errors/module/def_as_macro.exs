defmodule A do
  def foo(x), do: x
  defmacro foo(y), do: y
end
