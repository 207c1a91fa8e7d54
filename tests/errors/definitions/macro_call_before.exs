defmodule A do
  def g, do: f(1)
  defmacro f(x), do: x
end
