defmodule A do
  import String
  def f(x), do: length(x)
  def g(x), do: upcase(x)
  def upcase(x), do: x
end
