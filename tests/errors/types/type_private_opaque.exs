defmodule A do
  @opaque t :: integer
  @spec f() :: t
  def f(), do: 1
end
