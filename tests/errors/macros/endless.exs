# Differs: Elixir expands it for ever.
defmodule A do
  defmacro m(x), do: quote(do: A.m(unquote(x) + 1))
end

defmodule B do
  require A
  def f, do: A.m(1)
end
