# A module with all that layout has to care for.
defmodule Shop.Cart do
  @moduledoc """
  Text with \"quotes\" and #{:code}.
  """
  use GenServer, restart: :transient
  @type item :: %{required(:name) => String.t(), optional(:price) => number}
  @spec total([item], (item -> number)) :: {:ok, number} | {:error, reason :: term} when reason: var
  def total(items,price \\ & &1.price) when is_list(items) and length(items)>0, do: Enum.sum(Enum.map(items,price))
  # Between functions.
  def total(_,_), do: :error
  defp discount(%{price: price}=item,percent) do
    rate = percent/100 # trailing
    with {:ok,  limit} <- fetch(:limit),
         true <- price > limit do
      %{item|price: price-price*rate}
    else
      _ -> item
    end
  end
  def run(list) do
    list |> Enum.filter(fn x -> x > 1 and rem(x, 2) == 0 end) |> Enum.map(& &1 * 2) |> Enum.reduce(0, fn x, acc -> x + acc end)
    case list do
      [] -> nil
      [head | tail] when head in 1..10 ->
        # A comment in a clause.
        {head, tail}
      other -> raise ArgumentError, message: "unexpected list of elements: #{inspect(other)}, which is far too long"
    end
  end
end
for <<r::8, g::8, b::8 <- pixels>>, into: <<>>, do: <<(r + g + b)::16>>
x = if a do :b else :c end
values = [first: 1000000, second: 0xabcdef, third: 'chars', fourth: ~w(a b c)a, fifth: "a string that is long"]
