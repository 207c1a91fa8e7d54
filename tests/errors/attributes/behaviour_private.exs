defmodule B do
  @callback a() :: term
end
defmodule A do
  @behaviour B
  defp a, do: 1
  def b, do: a()
end
