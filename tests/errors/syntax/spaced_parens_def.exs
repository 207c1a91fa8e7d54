defmodule A do
  def f (a, b), do: a
end
