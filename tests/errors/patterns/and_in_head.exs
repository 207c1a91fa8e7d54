defmodule A do
  def f(x && y), do: x
end
