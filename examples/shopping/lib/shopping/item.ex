defmodule Shopping.Item do
  @moduledoc "One line of a basket."

  @enforce_keys [:name, :price]
  defstruct [:name, :price, count: 1]

  @doc "What the line costs."
  def cost(%__MODULE__{price: price, count: count}), do: price * count
end
