defmodule M do
  defmacro m, do: quote(do: hidden)
end

defmodule A do
  require M
  def f, do: M.m()
end
