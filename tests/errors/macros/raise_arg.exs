defmodule M do
  defmacro m(1), do: 1
end
defmodule N do
  require M
  def f, do: M.m(2)
end
