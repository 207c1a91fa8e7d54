defmodule A do
  defstruct [:a]
  def f(%x{a: 1}), do: 1
end
