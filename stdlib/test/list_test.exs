defmodule ListTest do
  use ExUnit.Case, async: true

  test "ends" do
    assert List.first([1, 2]) == 1
    assert List.first([], :none) == :none
    assert List.last([1, 2]) == 2
    assert hd([1]) == 1
    assert tl([1]) == []
    assert_raise ArgumentError, fn -> hd(List.wrap(nil)) end
  end

  test "by place" do
    assert List.delete_at([1, 2, 3], 1) == [1, 3]
    assert List.delete_at([1, 2, 3], -1) == [1, 2]
    assert List.insert_at([1, 3], 1, 2) == [1, 2, 3]
    assert List.insert_at([1, 2], -1, 3) == [1, 2, 3]
    assert List.replace_at([1, 2], 0, 5) == [5, 2]
    assert List.update_at([1, 2], 1, &(&1 * 2)) == [1, 4]
    assert List.pop_at([1, 2], 0) == {1, [2]}
    assert List.pop_at([1], 5) == {nil, [1]}
  end

  test "tuples by key" do
    assert List.keyfind([a: 1, b: 2], :b, 0) == {:b, 2}
    assert List.keyfind!([a: 1], :a, 0) == {:a, 1}
    assert List.keymember?([a: 1], 1, 1)
    assert List.keyreplace([a: 1], :a, 0, {:a, 2}) == [a: 2]
    assert List.keystore([a: 1], :b, 0, {:b, 2}) == [a: 1, b: 2]
    assert List.keydelete([a: 1, a: 2], :a, 0) == [a: 2]
    assert List.keysort([b: 1, a: 2], 0) == [a: 2, b: 1]
    assert List.keytake([a: 1, b: 2], :a, 0) == {{:a, 1}, [b: 2]}
  end

  test "shapes" do
    assert List.flatten([1, [2, [3]], []]) == [1, 2, 3]
    assert List.wrap(1) == [1]
    assert List.wrap(nil) == []
    assert List.duplicate(:x, 2) == [:x, :x]
    assert List.zip([[1, 2], [3, 4]]) == [{1, 3}, {2, 4}]
    assert List.foldl([1, 2, 3], 0, &-/2) == 2
    assert List.foldr([1, 2, 3], 0, &-/2) == 2
    assert List.starts_with?([1, 2], [1])
    assert List.improper?([1 | 2])
    assert List.ascii_printable?(~c"abc")
    assert List.to_tuple([1, 2]) == {1, 2}
    assert List.to_integer(~c"12") == 12
    assert List.to_atom(~c"ok") == :ok
    assert List.delete([1, 2, 1], 1) == [2, 1]
    assert List.myers_difference([1, 2, 3], [1, 3, 4]) == [eq: [1], del: [2], eq: [3], ins: [4]]
  end

  test "operators" do
    assert [1, 2] ++ [3] == [1, 2, 3]
    assert [1, 2, 1] -- [1] == [2, 1]
    assert 2 in [1, 2]
    assert [1 | [2]] == [1, 2]
    assert for(x <- [1, 2], y <- [3, 4], x + y > 4, do: {x, y}) == [{1, 4}, {2, 3}, {2, 4}]
  end
end
