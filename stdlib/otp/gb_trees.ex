defmodule :gb_trees do
  @moduledoc false
  # General balanced trees (Andersson, 1999): `{size, tree}` with nodes `{key, value, smaller, larger}` and `nil`. A tree is
  # only rebuilt when an insertion makes it too deep for its size.

  def empty, do: {0, nil}

  def is_empty({0, nil}), do: true
  def is_empty(_), do: false

  def size({size, _}) when is_integer(size) and size >= 0, do: size

  def lookup(key, {_, tree}), do: find(key, tree)

  defp find(_, nil), do: :none

  defp find(key, {other, value, smaller, larger}) do
    cond do
      key < other -> find(key, smaller)
      key > other -> find(key, larger)
      true -> {:value, value}
    end
  end

  def is_defined(key, {_, tree}), do: find(key, tree) != :none

  def get(key, {_, tree}), do: fetch(key, tree)

  defp fetch(key, {other, _, smaller, _}) when key < other, do: fetch(key, smaller)
  defp fetch(key, {other, _, _, larger}) when key > other, do: fetch(key, larger)
  defp fetch(_, {_, value, _, _}), do: value

  def update(key, value, {size, tree}), do: {size, replace(key, value, tree)}

  defp replace(key, value, {other, old, smaller, larger}) when key < other,
    do: {other, old, replace(key, value, smaller), larger}

  defp replace(key, value, {other, old, smaller, larger}) when key > other,
    do: {other, old, smaller, replace(key, value, larger)}

  defp replace(key, value, {_, _, smaller, larger}), do: {key, value, smaller, larger}

  def insert(key, value, {size, tree}) when is_integer(size) do
    size = size + 1
    {size, add(key, value, tree, size * size)}
  end

  # The budget is halved at every level; a leaf made without budget says how deep it is (as a power of two) and how many
  # nodes stand there, until a subtree is found that is too deep for its nodes.
  defp add(key, value, {other, old, smaller, larger}, budget) when key < other do
    case add(key, value, smaller, div(budget, 2)) do
      {deep, height, count} ->
        {height2, count2} = measure(larger)
        check({other, old, deep, larger}, 2 * max(height, height2), count + count2 + 1)

      tree ->
        {other, old, tree, larger}
    end
  end

  defp add(key, value, {other, old, smaller, larger}, budget) when key > other do
    case add(key, value, larger, div(budget, 2)) do
      {deep, height, count} ->
        {height2, count2} = measure(smaller)
        check({other, old, smaller, deep}, 2 * max(height, height2), count + count2 + 1)

      tree ->
        {other, old, smaller, tree}
    end
  end

  defp add(key, value, nil, 0), do: {{key, value, nil, nil}, 1, 1}
  defp add(key, value, nil, _), do: {key, value, nil, nil}
  defp add(key, _, _, _), do: :erlang.error({:key_exists, key})

  defp check(tree, height, count) do
    if height > count * count, do: rebuild(tree, count), else: {tree, height, count}
  end

  defp measure(nil), do: {1, 0}

  defp measure({_, _, smaller, larger}) do
    {height1, count1} = measure(smaller)
    {height2, count2} = measure(larger)
    {2 * max(height1, height2), count1 + count2 + 1}
  end

  defp rebuild(tree, count), do: build(pairs(tree, []), count)

  defp build(list, count) do
    {tree, []} = part(list, count)
    tree
  end

  defp part(list, 0), do: {nil, list}
  defp part([{key, value} | list], 1), do: {{key, value, nil, nil}, list}

  defp part(list, count) do
    right = div(count - 1, 2)
    {smaller, [{key, value} | list]} = part(list, count - 1 - right)
    {larger, list} = part(list, right)
    {{key, value, smaller, larger}, list}
  end

  def balance({size, tree}), do: {size, rebuild(tree, size)}

  def from_orddict(list) do
    size = length(list)
    {size, build(list, size)}
  end

  def from_list(list), do: from_orddict(:lists.ukeysort(1, :lists.reverse(list)))

  def enter(key, value, tree) do
    if is_defined(key, tree), do: update(key, value, tree), else: insert(key, value, tree)
  end

  def delete_any(key, tree) do
    if is_defined(key, tree), do: delete(key, tree), else: tree
  end

  def delete(key, {size, tree}) when is_integer(size) and size >= 0, do: {size - 1, without(key, tree)}

  defp without(key, {other, value, smaller, larger}) when key < other,
    do: {other, value, without(key, smaller), larger}

  defp without(key, {other, value, smaller, larger}) when key > other,
    do: {other, value, smaller, without(key, larger)}

  defp without(_, {_, _, smaller, larger}), do: joined(smaller, larger)

  defp joined(smaller, nil), do: smaller
  defp joined(nil, larger), do: larger

  defp joined(smaller, larger) do
    {key, value, larger} = first_off(larger)
    {key, value, smaller, larger}
  end

  defp first_off({key, value, nil, larger}), do: {key, value, larger}

  defp first_off({key, value, smaller, larger}) do
    {first, first_value, smaller} = first_off(smaller)
    {first, first_value, {key, value, smaller, larger}}
  end

  defp last_off({key, value, smaller, nil}), do: {key, value, smaller}

  defp last_off({key, value, smaller, larger}) do
    {last, last_value, larger} = last_off(larger)
    {last, last_value, {key, value, smaller, larger}}
  end

  def take(key, tree), do: {get(key, tree), delete(key, tree)}

  def take_any(key, tree) do
    if is_defined(key, tree), do: take(key, tree), else: :error
  end

  def take_smallest({size, tree}) when is_integer(size) and size >= 0 do
    {key, value, tree} = first_off(tree)
    {key, value, {size - 1, tree}}
  end

  def take_largest({size, tree}) when is_integer(size) and size >= 0 do
    {key, value, tree} = last_off(tree)
    {key, value, {size - 1, tree}}
  end

  def smallest({_, tree}), do: leftmost(tree)

  defp leftmost({key, value, nil, _}), do: {key, value}
  defp leftmost({_, _, smaller, _}), do: leftmost(smaller)

  def largest({_, tree}), do: rightmost(tree)

  defp rightmost({key, value, _, nil}), do: {key, value}
  defp rightmost({_, _, _, larger}), do: rightmost(larger)

  # The nearest neighbours of a key that need not be there

  def smaller(key, {_, tree}), do: below(key, tree, :none)

  defp below(_, nil, best), do: best
  defp below(key, {other, value, _, larger}, _) when key > other, do: below(key, larger, {other, value})
  defp below(key, {_, _, smaller, _}, best), do: below(key, smaller, best)

  def larger(key, {_, tree}), do: above(key, tree, :none)

  defp above(_, nil, best), do: best
  defp above(key, {other, value, smaller, _}, _) when key < other, do: above(key, smaller, {other, value})
  defp above(key, {_, _, _, larger}, best), do: above(key, larger, best)

  def to_list({_, tree}), do: pairs(tree, [])

  defp pairs(nil, acc), do: acc
  defp pairs({key, value, smaller, larger}, acc), do: pairs(smaller, [{key, value} | pairs(larger, acc)])

  def keys({_, tree}), do: :lists.map(&:erlang.element(1, &1), pairs(tree, []))
  def values({_, tree}), do: :lists.map(&:erlang.element(2, &1), pairs(tree, []))

  def map(fun, {size, tree}) when is_function(fun, 2), do: {size, mapped(fun, tree)}

  defp mapped(_, nil), do: nil

  defp mapped(fun, {key, value, smaller, larger}),
    do: {key, fun.(key, value), mapped(fun, smaller), mapped(fun, larger)}

  # An iterator is the nodes still to come whose smaller side is done, or `{:reversed, nodes}`.

  def iterator({_, tree}), do: descend(tree, [])

  def iterator(tree, :ordered), do: iterator(tree)
  def iterator({_, tree}, :reversed), do: {:reversed, ascend(tree, [])}

  defp descend({_, _, smaller, _} = node, acc), do: descend(smaller, [node | acc])
  defp descend(nil, acc), do: acc

  defp ascend({_, _, _, larger} = node, acc), do: ascend(larger, [node | acc])
  defp ascend(nil, acc), do: acc

  def iterator_from(key, {_, tree}), do: descend_from(key, tree, [])

  def iterator_from(key, tree, :ordered), do: iterator_from(key, tree)
  def iterator_from(key, {_, tree}, :reversed), do: {:reversed, ascend_from(key, tree, [])}

  defp descend_from(_, nil, acc), do: acc
  defp descend_from(key, {other, _, _, larger}, acc) when other < key, do: descend_from(key, larger, acc)
  defp descend_from(key, {_, _, smaller, _} = node, acc), do: descend_from(key, smaller, [node | acc])

  defp ascend_from(_, nil, acc), do: acc
  defp ascend_from(key, {other, _, smaller, _}, acc) when other > key, do: ascend_from(key, smaller, acc)
  defp ascend_from(key, {_, _, _, larger} = node, acc), do: ascend_from(key, larger, [node | acc])

  def next([{key, value, _, larger} | rest]), do: {key, value, descend(larger, rest)}
  def next([]), do: :none
  def next({:reversed, [{key, value, smaller, _} | rest]}), do: {key, value, {:reversed, ascend(smaller, rest)}}
  def next({:reversed, []}), do: :none
end
