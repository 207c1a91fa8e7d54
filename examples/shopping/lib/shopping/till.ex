defmodule Shopping.Till do
  @moduledoc "A process that takes money and remembers how much."

  use GenServer

  def start_link(options), do: GenServer.start_link(__MODULE__, 0, options)

  @doc "Pays a basket at this till."
  def pay(till, basket, money), do: GenServer.call(till, {:pay, basket, money})

  @doc "What the till holds."
  def sum(till), do: GenServer.call(till, :sum)

  @impl true
  def init(sum), do: {:ok, sum}

  @impl true
  def handle_call({:pay, basket, money}, _from, sum) do
    case Shopping.Basket.pay(basket, money) do
      {:ok, change} -> {:reply, {:ok, change}, sum + money - change}
      error -> {:reply, error, sum}
    end
  end

  def handle_call(:sum, _from, sum), do: {:reply, sum, sum}
end
