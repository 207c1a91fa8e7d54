# run: --seed 0
# run: --seed 0 --color
defmodule MatchTest do
  use ExUnit.Case

  defmodule User do
    defstruct [:name, age: 18]
  end

  @attribute {:ok, 5}

  defp id(x), do: x

  test "a tuple", do: assert({:ok, _} = id({:error, :reason}))
  test "a pin" do
    x = 1
    assert {^x, y} = id({2, 3})
    assert y
  end

  test "two pins" do
    {a, b} = {1, "two"}
    assert [^a, ^b] = id([1, "three"])
  end

  test "a variable that is nil" do
    assert _x = id(1)
    assert y = id(nil)
    assert y
  end

  test "a map", do: assert(%{a: 1, b: _} = id(%{a: 2}))
  test "a nested map", do: assert(%{a: %{b: [1, _, 3]}} = id(%{a: %{b: [1, 2, 4]}, z: 1}))
  test "a struct", do: assert(%User{name: "Ann"} = id(%User{name: "Bob"}))
  test "another struct", do: assert(%User{name: "Ann"} = id(%{name: "Ann"}))
  test "a list", do: assert([1, 2 | _] = id([1, 3, 4]))
  test "a list that is too short", do: assert([_, _, _] = id([1, 2]))
  test "a prefix alone" do
    assert "hello " <> _ = id("hullo world")
  end

  test "a binary" do
    assert <<1, 2, _::binary>> = id(<<1, 3, 4>>)
  end

  test "an attribute", do: assert(@attribute = id({:ok, 6}))
  test "the same variable twice" do
    assert {x, x} = id({1, 2})
    assert x
  end

  test "match?", do: assert(match?({:ok, _}, id(:error)))
  test "match? with a guard", do: assert(match?({:ok, x} when x > 1, id({:ok, 1})))
  test "match? that should fail", do: refute(match?({:ok, _}, id({:ok, 1})))
  test "match? with pins" do
    x = :a
    assert match?(%{k: ^x}, id(%{k: :b}))
  end

  test "an atom", do: assert(:a = id(:b))
  test "a number", do: assert(12 = id(13))
  test "a string", do: assert("abc" = id("abd"))
end
