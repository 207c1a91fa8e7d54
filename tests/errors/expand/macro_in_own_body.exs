defmodule A do
  defmacro m(x), do: x
  m(1)
end
