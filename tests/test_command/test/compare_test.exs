# run: --seed 0
# run: --seed 0 --color
defmodule CompareTest do
  use ExUnit.Case

  defmodule User do
    defstruct [:name, age: 18, tags: []]
  end

  defp one, do: 1
  defp id(x), do: x

  test "integers", do: assert(one() == 2)
  test "larger integers", do: assert(id(123_456) == 123_356)
  test "integer and float", do: assert(id(1) === 1.0)
  test "floats", do: assert(id(1.25) == 1.5)
  test "the same on both sides", do: assert(id(1) != id(1))
  test "less", do: assert(id(3) < 2)
  test "greater or equal", do: assert(id(1) >= id(2))
  test "strings", do: assert(id("hello world") == "hello elixir")
  test "strings that have nothing in common", do: assert(id("abc") == "xyz")
  test "strings of several lines", do: assert(id("one\ntwo\nthree") == "one\n2\nthree")
  test "whitespace", do: assert(id("a b") == "a  b")
  test "string in string", do: assert(id("a string") =~ "no")
  test "regex", do: assert(id("a string") =~ ~r/no+/i)
  test "atoms", do: assert(id(:left) == :right)
  test "lists", do: assert(id([1, 2, 3, 4]) == [1, 3, 4, 5])
  test "nested lists", do: assert(id([1, [2, 3], [4, [5]]]) == [1, [2, 4], [4, [6]]])
  test "improper lists", do: assert(id([1, 2 | 3]) == [1, 2 | 4])
  test "charlists", do: assert(id(~c"hello") == ~c"hallo")
  test "keyword lists", do: assert(id(a: 1, b: 2) == [a: 1, c: 3])
  test "tuples", do: assert(id({:ok, 1, "two"}) == {:ok, 2, "too"})
  test "tuples of other sizes", do: assert(id({:ok, 1}) == {:ok, 1, 2})
  test "maps", do: assert(id(%{"a" => 1, "b" => 2, "c" => 3}) == %{"a" => 1, "b" => 3, "d" => 4})
  test "maps with other keys", do: assert(id(%{"a" => 1, 2 => :two}) == %{"a" => 2, 2 => :too})
  test "structs", do: assert(id(%User{name: "Ann"}) == %User{name: "Anna", age: 19})
  test "struct and map", do: assert(id(%User{name: "Ann"}) == %{name: "Ann"})
  test "dates", do: assert(id(~D[2024-01-01]) == ~D[2024-01-02])
  test "ranges", do: assert(id(1..3) == 1..4)
  test "map sets", do: assert(id(MapSet.new([1, 2])) == MapSet.new([2, 3]))
  test "regexes", do: assert(id(~r/a/) == ~r/b/)
  test "binaries", do: assert(id(<<1, 2, 255>>) == <<1, 2, 254>>)
  test "functions", do: assert(id(&String.length/1) == (&String.upcase/1))
  test "nil and a list", do: assert(id(nil) == [1])
  test "in", do: assert(id(4) in [1, 2, 3])
  test "not in", do: assert(id(1) not in [1, 2, 3])
  test "refuted equality", do: refute(id(1) == 1)
  test "refuted membership", do: refute(id(1) in [1, 2])
  test "refuted match", do: refute(id("abc") =~ "b")
  test "a false value", do: assert(id(false))
  test "nil", do: assert(id(nil))
  test "a call with arguments", do: assert(Enum.member?(id([1, 2]), id(3)))
  test "a refuted call", do: refute(is_integer(id(3)))
  test "a negation", do: assert(!id(true))
  test "and", do: assert(id(true) and id(false))
  test "a local call with two arguments", do: assert(both(id(1), id(nil)))
  test "a block", do: assert((x = id(1); x == 2))
  test "a piped call", do: assert([1, 2] |> id() |> Enum.empty?())
  test "a message", do: assert(id(false), "this is the message")
  test "a message for refute", do: refute(id(1), "this is another message")
  test "in delta", do: assert_in_delta(1.0, 1.5, 0.2)
  test "not in delta", do: refute_in_delta(1.0, 1.1, 0.2)
  test "flunk", do: flunk()
  test "flunk with words", do: flunk("no\nway")
  test "not written"

  test "long values" do
    left = Map.new(1..12, &{"key #{&1}", String.duplicate("v", &1)})
    right = %{left | "key 5" => "other", "key 12" => nil}
    assert id(left) == right
  end

  test "many lines of code" do
    assert id(%{
             first: 1,
             second: 2
           }) == %{
             first: 1,
             second: 3
           }
  end

  defp both(a, b), do: a && b
end
