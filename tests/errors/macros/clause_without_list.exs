# Differs: Elixir counts the patterns of a clause that has no list of them.
defmodule M do
  defmacro m, do: {:case, [], [1, [do: [{:->, [], [1, 2]}]]]}
end
defmodule N do
  require M
  def f, do: M.m()
end
