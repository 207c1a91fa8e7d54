defmodule A do
  @spec f() :: integer
  defp f(), do: 1
  def g, do: f()
end
