defmodule M do
  defmacro m, do: {{:a, [], [1]}, [], [2]}
end
defmodule N do
  require M
  def f, do: M.m()
end
