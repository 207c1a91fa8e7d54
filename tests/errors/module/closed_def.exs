# Differs: Elixir's own table is gone, which is all that it says.
defmodule A do
  def env, do: __ENV__
end
Code.eval_quoted(quote(do: def(g, do: 1)), [], %{A.env() | function: nil})
