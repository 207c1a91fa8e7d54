defmodule P do
  defstruct [:a, :name]
  def f(%P{nam: 1}), do: 1
end
