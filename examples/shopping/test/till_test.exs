defmodule Shopping.TillTest do
  use ExUnit.Case, async: true

  alias Shopping.{Basket, Till}

  setup do
    {:ok, till: start_supervised!(Till)}
  end

  test "remembers what it took", %{till: till} do
    basket = Basket.add(Basket.new(), "tea", 450)
    assert {:ok, 50} = Till.pay(till, basket, 500)
    assert Till.sum(till) == 450
  end

  test "takes nothing if the money is not enough", %{till: till} do
    basket = Basket.add(Basket.new(), "tea", 450)
    assert {:error, {:missing, 50}} = Till.pay(till, basket, 400)
    assert Till.sum(till) == 0
  end

  @tag :slow
  test "serves many at the same time", %{till: till} do
    basket = Basket.add(Basket.new(), "tea", 450)

    1..100
    |> Task.async_stream(fn _ -> Till.pay(till, basket, 450) end)
    |> Enum.each(&assert &1 == {:ok, {:ok, 0}})

    assert Till.sum(till) == 45_000
  end
end
