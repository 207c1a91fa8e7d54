defmodule A do
  @spec f() :: integer
  defmacro f(), do: 1
end
