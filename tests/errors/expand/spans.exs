defmodule A do
  def first(alpha), do: some_macro(alpha)
  defmacro some_macro(x), do: x
end
