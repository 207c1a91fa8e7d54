defmodule A do
  import Enum, only: [map: 2]
  def f(x), do: reduce(x, 0, fn a, b -> a + b end)
end
