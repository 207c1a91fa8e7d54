defmodule A do
  def f, do: %{a: 1, b: 2, a: 3}
  def g(%{a: x, a: y}), do: {x, y}
end
