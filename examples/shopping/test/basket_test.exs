defmodule Shopping.BasketTest do
  use ExUnit.Case, async: true

  alias Shopping.{Basket, Item}

  setup do
    basket = Basket.new() |> Basket.add("apple", 50, 3) |> Basket.add("bread", 320)
    {:ok, basket: basket}
  end

  test "is empty at first" do
    assert Basket.total(Basket.new()) == 0
  end

  describe "adding" do
    test "keeps one line for each thing", %{basket: basket} do
      assert %Basket{items: [%Item{name: "bread"}, %Item{name: "apple", count: 4}]} = Basket.add(basket, "apple", 50)
    end

    test "refuses less than one", %{basket: basket} do
      assert_raise FunctionClauseError, fn -> Basket.add(basket, "pear", 60, 0) end
    end
  end

  describe "paying" do
    test "gives change", %{basket: basket} do
      assert Basket.pay(basket, 500) == {:ok, 30}
    end

    test "needs enough money", %{basket: basket} do
      assert Basket.pay(basket, 400) == {:error, {:missing, 70}}
    end
  end
end
