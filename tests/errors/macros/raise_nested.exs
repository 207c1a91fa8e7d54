defmodule M do
  defmacro m(x), do: quote(do: M.n(unquote(x)))
  defmacro n(x), do: raise "a#{inspect x}"
end
defmodule N do
  require M
  def f, do: M.m(1)
end
