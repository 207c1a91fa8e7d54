defmodule A do
  defmacro f(x), do: 1
end
