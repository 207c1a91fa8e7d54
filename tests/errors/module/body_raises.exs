defmodule A do
  def f(x), do: 1
  raise "oops"
end
