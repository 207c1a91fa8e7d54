defmodule A do
  def f(x), do: unless_(x)
  def g(x), do: lenght(x)
  def h(x), do: String.lenght(x)
end
