defmodule Shopping.Basket do
  @moduledoc """
  What somebody wants to buy: names of things, each with a number and a price in cents.
  """

  alias Shopping.Item

  defstruct items: []

  @doc "An empty basket."
  def new, do: %__MODULE__{}

  @doc """
  Puts a thing into the basket; more of what is there already is added to it.
  """
  def add(basket, name, price, count \\ 1) when count > 0 do
    case Enum.split_with(basket.items, &(&1.name == name)) do
      {[], items} -> %{basket | items: items ++ [%Item{name: name, price: price, count: count}]}
      {[item], others} -> %{basket | items: others ++ [%{item | count: item.count + count}]}
    end
  end

  @doc "What all of it costs."
  def total(basket), do: Enum.sum_by(basket.items, &Item.cost/1)

  @doc "Pays: what is given back, or an error if the money is not enough."
  def pay(basket, money) do
    case money - total(basket) do
      change when change >= 0 -> {:ok, change}
      missing -> {:error, {:missing, -missing}}
    end
  end
end
