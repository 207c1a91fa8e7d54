defmodule M do
  defmacro m, do: {:%, [], [URI, 1]}
end
defmodule N do
  require M
  def f, do: M.m()
end
