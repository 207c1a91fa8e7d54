defmodule A do
  def f(x) when String.valid?(x), do: x
end
