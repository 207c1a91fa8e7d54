defmodule EnumTest do
  use ExUnit.Case, async: true

  describe "walking" do
    test "map, each, flat_map, map_reduce" do
      assert Enum.map([1, 2, 3], &(&1 * 2)) == [2, 4, 6]
      assert Enum.map(%{a: 1}, fn {key, value} -> {value, key} end) == [{1, :a}]
      assert Enum.map(1..3, & &1) == [1, 2, 3]
      assert Enum.flat_map([1, 2], &[&1, &1]) == [1, 1, 2, 2]
      assert Enum.map_reduce([1, 2, 3], 0, &{&1 * 2, &1 + &2}) == {[2, 4, 6], 6}
      assert Enum.flat_map_reduce(1..10, 0, fn n, acc -> if acc < 3, do: {[n, n], acc + 1}, else: {:halt, acc} end) == {[1, 1, 2, 2, 3, 3], 3}
      assert Enum.each([1], &send(self(), &1)) == :ok
      assert_received 1
    end

    test "reduce and its kin" do
      assert Enum.reduce([1, 2, 3], &+/2) == 6
      assert Enum.reduce([], 5, &+/2) == 5
      assert_raise Enum.EmptyError, fn -> Enum.reduce([], &+/2) end
      assert Enum.reduce_while(1..100, 0, fn n, acc -> if n > 3, do: {:halt, acc}, else: {:cont, acc + n} end) == 6
      assert Enum.scan([1, 2, 3], &+/2) == [1, 3, 6]
      assert Enum.scan([1, 2], 10, &+/2) == [11, 13]
      assert Enum.zip_reduce([1, 2], [3, 4], 0, fn a, b, acc -> a * b + acc end) == 11
    end

    test "with_index and zip" do
      assert Enum.with_index([:a, :b]) == [a: 0, b: 1]
      assert Enum.with_index([:a, :b], 1) == [a: 1, b: 2]
      assert Enum.with_index([:a], fn e, i -> {i, e} end) == [{0, :a}]
      assert Enum.zip([1, 2, 3], [:a, :b]) == [{1, :a}, {2, :b}]
      assert Enum.zip([[1, 2], [3, 4], [5, 6]]) == [{1, 3, 5}, {2, 4, 6}]
      assert Enum.zip_with([1, 2], [3, 4], &+/2) == [4, 6]
      assert Enum.unzip(a: 1, b: 2) == {[:a, :b], [1, 2]}
    end
  end

  describe "choosing" do
    test "filter, reject, split_with" do
      assert Enum.filter(1..6, &(rem(&1, 2) == 0)) == [2, 4, 6]
      assert Enum.reject(1..6, &(rem(&1, 2) == 0)) == [1, 3, 5]
      assert Enum.split_with(1..4, &(&1 > 2)) == {[3, 4], [1, 2]}
    end

    test "find and its kin" do
      assert Enum.find([1, 2, 3], &(&1 > 1)) == 2
      assert Enum.find([1], :none, &(&1 > 1)) == :none
      assert Enum.find_index([:a, :b], &(&1 == :b)) == 1
      assert Enum.find_value([1, 2], &(&1 > 1 && &1 * 10)) == 20
      assert Enum.member?([1, 2], 2)
      refute Enum.member?(1..3, 4)
    end

    test "take and drop" do
      assert Enum.take([1, 2, 3], 2) == [1, 2]
      assert Enum.take([1, 2, 3], -2) == [2, 3]
      assert Enum.drop([1, 2, 3], 2) == [3]
      assert Enum.drop([1, 2, 3], -1) == [1, 2]
      assert Enum.take_while([1, 2, 3, 1], &(&1 < 3)) == [1, 2]
      assert Enum.drop_while([1, 2, 3, 1], &(&1 < 3)) == [3, 1]
      assert Enum.take_every(1..7, 3) == [1, 4, 7]
      assert Enum.drop_every(1..7, 3) == [2, 3, 5, 6]
      assert Enum.split([1, 2, 3], 1) == {[1], [2, 3]}
      assert Enum.split([1, 2, 3], -1) == {[1, 2], [3]}
      assert Enum.split_while([1, 2, 3], &(&1 < 2)) == {[1], [2, 3]}
      assert Enum.slice(1..10, 2..4) == [3, 4, 5]
      assert Enum.slice([1, 2, 3, 4], -3, 2) == [2, 3]
      assert Enum.slice(0..9, 1..9//3) == [1, 4, 7]
    end

    test "at and fetch" do
      assert Enum.at([:a, :b], 1) == :b
      assert Enum.at([:a, :b], -1) == :b
      assert Enum.at([], 0, :none) == :none
      assert Enum.fetch([1], 0) == {:ok, 1}
      assert Enum.fetch([1], 1) == :error
      assert_raise Enum.OutOfBoundsError, fn -> Enum.fetch!([1], 1) end
    end

    test "uniq and dedup" do
      assert Enum.uniq([1, 2, 1, 3, 2]) == [1, 2, 3]
      assert Enum.uniq_by([{1, :a}, {2, :a}], &elem(&1, 1)) == [{1, :a}]
      assert Enum.dedup([1, 1, 2, 1]) == [1, 2, 1]
      assert Enum.dedup_by([1, 3, 2], &rem(&1, 2)) == [1, 2]
    end
  end

  describe "measuring" do
    test "count, sum, product" do
      assert Enum.count([1, 2, 3]) == 3
      assert Enum.count(1..5, &(&1 > 3)) == 2
      assert Enum.count_until(1..100, 5) == 5
      assert Enum.sum([1, 2.5]) == 3.5
      assert Enum.sum_by([1, 2], &(&1 * 2)) == 6
      assert Enum.product([2, 3, 4]) == 24
      assert Enum.frequencies(~w(a b a)) == %{"a" => 2, "b" => 1}
      assert Enum.frequencies_by(~w(a B A), &String.downcase/1) == %{"a" => 2, "b" => 1}
    end

    test "min and max" do
      assert Enum.min([3, 1, 2]) == 1
      assert Enum.max([3, 1, 2]) == 3
      assert Enum.min_by(["aaa", "b"], &String.length/1) == "b"
      assert Enum.max_by(["aaa", "b"], &String.length/1) == "aaa"
      assert Enum.min_max([3, 1, 2]) == {1, 3}
      assert Enum.min([], fn -> :empty end) == :empty
      assert_raise Enum.EmptyError, fn -> Enum.max([]) end
      assert Enum.max([~D[2024-01-02], ~D[2023-12-31]], Date) == ~D[2024-01-02]
    end

    test "all?, any?, empty?" do
      assert Enum.all?([])
      refute Enum.any?([])
      assert Enum.all?([1, 2], &(&1 > 0))
      assert Enum.any?([nil, 1])
      assert Enum.empty?(%{})
    end
  end

  describe "arranging" do
    test "sort" do
      assert Enum.sort([3, 1, 2]) == [1, 2, 3]
      assert Enum.sort([3, 1, 2], :desc) == [3, 2, 1]
      assert Enum.sort([3, 1, 2], &(&1 >= &2)) == [3, 2, 1]
      assert Enum.sort_by(["bb", "a"], &String.length/1) == ["a", "bb"]
      assert Enum.sort_by([a: 1, b: 1, c: 0], &elem(&1, 1)) == [c: 0, a: 1, b: 1]
      assert Enum.sort([~D[2024-02-01], ~D[2023-03-01]], {:desc, Date}) == [~D[2024-02-01], ~D[2023-03-01]]
    end

    test "reverse, concat, intersperse" do
      assert Enum.reverse([1, 2, 3]) == [3, 2, 1]
      assert Enum.reverse([1, 2], [3]) == [2, 1, 3]
      assert Enum.reverse_slice([1, 2, 3, 4], 1, 2) == [1, 3, 2, 4]
      assert Enum.slide([:a, :b, :c, :d], 0, 2) == [:b, :c, :a, :d]
      assert Enum.concat([[1], [2, 3]]) == [1, 2, 3]
      assert Enum.concat(1..2, [3]) == [1, 2, 3]
      assert Enum.intersperse([1, 2, 3], 0) == [1, 0, 2, 0, 3]
      assert Enum.map_intersperse([1, 2], :x, &(&1 * 2)) == [2, :x, 4]
    end

    test "chunks" do
      assert Enum.chunk_every(1..5, 2) == [[1, 2], [3, 4], [5]]
      assert Enum.chunk_every(1..5, 3, 1, :discard) == [[1, 2, 3], [2, 3, 4], [3, 4, 5]]
      assert Enum.chunk_every(1..4, 3, 3, [0, 0]) == [[1, 2, 3], [4, 0, 0]]
      assert Enum.chunk_by([1, 3, 2, 4, 5], &rem(&1, 2)) == [[1, 3], [2, 4], [5]]
    end

    test "group_by and into" do
      assert Enum.group_by(~w(ant bee ape), &String.first/1) == %{"a" => ~w(ant ape), "b" => ["bee"]}
      assert Enum.group_by([1, 2], &(&1 > 1), &(&1 * 10)) == %{false: [10], true: [20]}
      assert Enum.into([a: 1], %{}) == %{a: 1}
      assert Enum.into([1, 2], %{}, &{&1, &1 * 2}) == %{1 => 2, 2 => 4}
      assert Enum.to_list(1..3) == [1, 2, 3]
    end

    test "join" do
      assert Enum.join([1, :a, "b"], "-") == "1-a-b"
      assert Enum.join([]) == ""
      assert Enum.map_join([1, 2], ",", &(&1 * 2)) == "2,4"
    end

    test "shuffle and random keep the elements" do
      assert 1..20 |> Enum.shuffle() |> Enum.sort() == Enum.to_list(1..20)
      assert Enum.random([7]) == 7
      assert Enum.random(1..3) in 1..3
      assert 1..10 |> Enum.take_random(3) |> length() == 3
    end
  end
end
