defmodule StreamTest do
  use ExUnit.Case, async: true

  test "is lazy" do
    stream = Stream.map([1, 2, 3], &send(self(), &1))
    refute_received 1
    assert Enum.take(stream, 1) == [1]
    assert_received 1
    refute_received 2
  end

  test "endless ones" do
    assert Stream.iterate(1, &(&1 * 2)) |> Enum.take(4) == [1, 2, 4, 8]
    assert Stream.cycle([1, 2]) |> Enum.take(3) == [1, 2, 1]
    assert Stream.repeatedly(fn -> 0 end) |> Enum.take(2) == [0, 0]
    assert Stream.unfold({0, 1}, fn {a, b} -> {a, {b, a + b}} end) |> Enum.take(6) == [0, 1, 1, 2, 3, 5]
    assert Stream.interval(1) |> Enum.take(2) == [0, 1]
    assert Stream.from_index() |> Enum.take(2) == [0, 1]
  end

  test "transformations" do
    assert 1..10 |> Stream.filter(&(rem(&1, 2) == 0)) |> Stream.map(&(&1 * &1)) |> Enum.to_list() == [4, 16, 36, 64, 100]
    assert 1..5 |> Stream.chunk_every(2) |> Enum.to_list() == [[1, 2], [3, 4], [5]]
    assert 1..5 |> Stream.take_while(&(&1 < 3)) |> Enum.to_list() == [1, 2]
    assert 1..5 |> Stream.drop(3) |> Enum.to_list() == [4, 5]
    assert [1, 1, 2] |> Stream.dedup() |> Enum.to_list() == [1, 2]
    assert [1, 2, 1] |> Stream.uniq() |> Enum.to_list() == [1, 2]
    assert Stream.zip([1, 2], [:a, :b]) |> Enum.to_list() == [{1, :a}, {2, :b}]
    assert Stream.concat(1..2, 3..4) |> Enum.to_list() == [1, 2, 3, 4]
    assert 1..3 |> Stream.scan(&+/2) |> Enum.to_list() == [1, 3, 6]
    assert 1..3 |> Stream.with_index() |> Enum.to_list() == [{1, 0}, {2, 1}, {3, 2}]
    assert 1..3 |> Stream.flat_map(&[&1, &1]) |> Enum.to_list() == [1, 1, 2, 2, 3, 3]
    assert 1..4 |> Stream.transform(0, fn n, acc -> {[n + acc], acc + n} end) |> Enum.to_list() == [1, 3, 6, 10]
    assert 1..3 |> Stream.intersperse(0) |> Enum.to_list() == [1, 0, 2, 0, 3]
  end

  test "resources are closed" do
    stream = Stream.resource(fn -> 1 end, &{[&1], &1 + 1}, fn n -> send(self(), {:closed, n}) end)
    assert Enum.take(stream, 3) == [1, 2, 3]
    assert_received {:closed, 4}
  end

  test "run and into" do
    assert 1..2 |> Stream.each(&send(self(), {:seen, &1})) |> Stream.run() == :ok
    assert_received {:seen, 2}
    assert 1..2 |> Stream.map(&{&1, &1}) |> Enum.into(%{}) == %{1 => 1, 2 => 2}
  end
end
