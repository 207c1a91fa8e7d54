defmodule P do
  defstruct [:a]
  def f, do: %P{b: 1}
end
