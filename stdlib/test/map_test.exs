defmodule MapTest do
  use ExUnit.Case, async: true
  defstruct name: nil, age: 0

  test "reading" do
    map = %{a: 1, b: nil}
    assert Map.get(map, :a) == 1
    assert Map.get(map, :c, 3) == 3
    assert Map.get(map, :b, 3) == nil
    assert Map.get_lazy(map, :c, fn -> 4 end) == 4
    assert Map.fetch(map, :a) == {:ok, 1}
    assert Map.fetch(map, :c) == :error
    assert_raise KeyError, "key :c not found in: %{a: 1}", fn -> Map.fetch!(%{a: 1}, :c) end
    assert map.a == 1
    assert map[:c] == nil
    assert Map.has_key?(map, :b)
    assert Map.keys(map) |> Enum.sort() == [:a, :b]
    assert Map.values(%{a: 1}) == [1]
  end

  test "writing" do
    assert Map.put(%{}, :a, 1) == %{a: 1}
    assert Map.put_new(%{a: 1}, :a, 2) == %{a: 1}
    assert Map.put_new_lazy(%{}, :a, fn -> 2 end) == %{a: 2}
    assert Map.delete(%{a: 1}, :a) == %{}
    assert Map.drop(%{a: 1, b: 2}, [:a, :c]) == %{b: 2}
    assert Map.take(%{a: 1, b: 2}, [:a, :c]) == %{a: 1}
    assert Map.pop(%{a: 1}, :a) == {1, %{}}
    assert Map.pop(%{}, :a, 0) == {0, %{}}
    assert_raise KeyError, fn -> Map.pop!(%{}, :a) end
    assert Map.split(%{a: 1, b: 2}, [:a]) == {%{a: 1}, %{b: 2}}
    assert Map.update(%{a: 1}, :a, 0, &(&1 + 1)) == %{a: 2}
    assert Map.update(%{}, :a, 0, &(&1 + 1)) == %{a: 0}
    assert Map.update!(%{a: 1}, :a, &(&1 * 5)) == %{a: 5}
    assert Map.replace(%{}, :a, 1) == %{}
    assert Map.replace!(%{a: 0}, :a, 1) == %{a: 1}
    assert %{%{a: 1} | a: 2} == %{a: 2}
    assert_raise KeyError, fn -> Map.replace!(%{}, :a, 1) end
    assert Map.get_and_update(%{a: 1}, :a, &{&1, &1 + 1}) == {1, %{a: 2}}
  end

  test "whole maps" do
    assert Map.new([{:a, 1}]) == %{a: 1}
    assert Map.new([1, 2], &{&1, &1}) == %{1 => 1, 2 => 2}
    assert Map.merge(%{a: 1, b: 1}, %{b: 2}) == %{a: 1, b: 2}
    assert Map.merge(%{a: 1}, %{a: 2}, fn _, x, y -> x + y end) == %{a: 3}
    assert Map.filter(%{a: 1, b: 2}, fn {_, v} -> v > 1 end) == %{b: 2}
    assert Map.reject(%{a: 1, b: 2}, fn {_, v} -> v > 1 end) == %{a: 1}
    assert Map.intersect(%{a: 1, b: 2}, %{b: 3}) == %{b: 3}
    assert Map.split_with(%{a: 1, b: 2}, fn {_, v} -> v > 1 end) == {%{b: 2}, %{a: 1}}
    assert Map.from_keys([:a, :b], 0) == %{a: 0, b: 0}
    assert Map.to_list(%{a: 1}) == [a: 1]
    assert Map.equal?(%{a: 1}, %{a: 1})
  end

  test "large maps" do
    map = Map.new(1..1000, &{&1, &1 * 2})
    assert map_size(map) == 1000
    assert Enum.all?(1..1000, &(map[&1] == &1 * 2))
    smaller = Enum.reduce(1..990, map, &Map.delete(&2, &1))
    assert smaller == Map.new(991..1000, &{&1, &1 * 2})
  end

  test "structs" do
    assert %__MODULE__{}.age == 0
    assert %{%__MODULE__{} | name: "x"}.name == "x"
    assert Map.from_struct(%__MODULE__{age: 3}) == %{name: nil, age: 3}
    assert is_struct(%__MODULE__{}, __MODULE__)
    assert struct(__MODULE__, age: 1, other: 2).age == 1
    assert_raise KeyError, fn -> struct!(__MODULE__, other: 2) end
  end

  test "keyword lists" do
    list = [a: 1, b: 2, a: 3]
    assert Keyword.get(list, :a) == 1
    assert Keyword.get_values(list, :a) == [1, 3]
    assert Keyword.put(list, :a, 0) == [a: 0, b: 2]
    assert Keyword.put_new(list, :c, 4) == [c: 4, a: 1, b: 2, a: 3]
    assert Keyword.delete(list, :a) == [b: 2]
    assert Keyword.pop(list, :a) == {1, [b: 2]}
    assert Keyword.pop_first(list, :a) == {1, [b: 2, a: 3]}
    assert Keyword.merge(list, b: 5) == [a: 1, a: 3, b: 5]
    assert Keyword.keys(list) == [:a, :b, :a]
    assert Keyword.has_key?(list, :b)
    assert Keyword.fetch!(list, :b) == 2
    assert_raise KeyError, fn -> Keyword.fetch!(list, :c) end
    assert Keyword.update(list, :b, 0, &(&1 + 1)) == [a: 1, b: 3, a: 3]
    assert Keyword.take(list, [:a]) == [a: 1, a: 3]
    assert Keyword.split(list, [:b]) == {[b: 2], [a: 1, a: 3]}
    assert Keyword.keyword?(list)
    refute Keyword.keyword?([1])
    assert Keyword.validate([a: 1], [:a, b: 2]) |> elem(1) |> Enum.sort() == [a: 1, b: 2]
    assert Keyword.validate([c: 1], [:a]) == {:error, [:c]}
    assert_raise ArgumentError, fn -> Keyword.validate!([c: 1], [:a]) end
  end

  test "access" do
    data = %{users: [%{name: "Ann", tags: [:x]}, %{name: "Bob", tags: []}]}
    assert get_in(data, [:users, Access.at(0), :name]) == "Ann"
    assert get_in(data, [:users, Access.all(), :name]) == ["Ann", "Bob"]
    assert get_in(data, [:nothing, :here]) == nil
    assert put_in(data, [:users, Access.at(1), :name], "Bo") |> get_in([:users, Access.at(1), :name]) == "Bo"
    assert update_in(data.users, &length/1) == %{users: 2}
    assert pop_in(data, [:users, Access.at(0)]) |> elem(0) == %{name: "Ann", tags: [:x]}
    assert get_in(data, [:users, Access.filter(&(&1.tags == [])), :name]) == ["Bob"]
    assert get_in({1, 2}, [Access.elem(1)]) == 2
    assert get_in([a: [b: 1]], [:a, :b]) == 1
    assert get_and_update_in(%{a: 1}, [:a], &{&1, &1 + 1}) == {1, %{a: 2}}
    assert get_in(%{}, [Access.key(:a, 5)]) == 5
    assert_raise KeyError, fn -> get_in(%{}, [Access.key!(:a)]) end
  end
end
