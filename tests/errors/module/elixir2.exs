defmodule Elixir.Foo do
 def f(x), do: 1
end
