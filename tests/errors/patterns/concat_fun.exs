defmodule A do
  def f(x <> "a"), do: x
end
