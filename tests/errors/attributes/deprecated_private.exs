defmodule A do
  @deprecated "a"
  defp f, do: 1
  def g, do: f()
end
