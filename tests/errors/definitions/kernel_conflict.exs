defmodule A do
  def length(x), do: x
  def g(y), do: length(y)
end
