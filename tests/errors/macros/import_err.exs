defmodule M do
  defmacro m(x), do: quote(do: foo(unquote(x)))
end
defmodule N do
  import M
  def f, do: m(1)
end
