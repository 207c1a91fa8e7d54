defmodule A do
  @spec f() :: String.foo()
  def f(), do: 1
end
