defmodule M do
  defmacro m(x), do: raise "a#{inspect x}"
end
defmodule N do
  require M
  def f, do: M.m(1)
end
