defmodule P do
  defstruct [:a]
  def f(p), do: %P{p | b: 1}
end
