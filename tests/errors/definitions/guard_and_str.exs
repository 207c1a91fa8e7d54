defmodule A do
  def f(x) when is_integer(x) and "a", do: x
end
