# Differs: Elixir expands it for ever.
defmodule A do
  defmacro m(x), do: quote(do: A.m(unquote(x)))
end

defmodule B do
  require A
  def f, do: A.m(1)
end
