defmodule A do
  def f(1), do: 1
end
A.f(2)
