defmodule :gb_sets do
  @moduledoc false
  # Ordered sets as general balanced trees (Andersson, 1999): `{size, tree}` with nodes `{element, smaller, larger}` and
  # `nil`.

  def empty, do: {0, nil}
  def new, do: empty()

  def is_empty({0, nil}), do: true
  def is_empty(_), do: false

  def is_equal(set1, set2), do: size(set1) == size(set2) and is_subset(set1, set2)

  def size({size, _}), do: size

  def singleton(element), do: {1, {element, nil, nil}}

  def is_set({0, nil}), do: true
  def is_set({size, {_, _, _}}) when is_integer(size) and size >= 0, do: true
  def is_set(_), do: false

  def is_member(element, {_, tree}), do: member?(element, tree)
  def is_element(element, set), do: is_member(element, set)

  defp member?(_, nil), do: false
  defp member?(element, {other, smaller, _}) when element < other, do: member?(element, smaller)
  defp member?(element, {other, _, larger}) when element > other, do: member?(element, larger)
  defp member?(_, _), do: true

  def insert(element, {size, tree}) do
    size = size + 1
    {size, put(element, tree, size * size)}
  end

  # As in `:gb_trees`: a leaf made without budget tells its depth until a subtree is found that is too deep.
  defp put(element, {other, smaller, larger}, budget) when element < other do
    case put(element, smaller, div(budget, 2)) do
      {:deep, tree, height, count} ->
        {height2, count2} = measure(larger)
        check({other, tree, larger}, 2 * max(height, height2), count + count2 + 1)

      tree ->
        {other, tree, larger}
    end
  end

  defp put(element, {other, smaller, larger}, budget) when element > other do
    case put(element, larger, div(budget, 2)) do
      {:deep, tree, height, count} ->
        {height2, count2} = measure(smaller)
        check({other, smaller, tree}, 2 * max(height, height2), count + count2 + 1)

      tree ->
        {other, smaller, tree}
    end
  end

  defp put(element, nil, 0), do: {:deep, {element, nil, nil}, 1, 1}
  defp put(element, nil, _), do: {element, nil, nil}
  defp put(element, _, _), do: :erlang.error({:key_exists, element})

  defp check(tree, height, count) do
    if height > count * count, do: build(list(tree, []), count), else: {:deep, tree, height, count}
  end

  defp measure(nil), do: {1, 0}

  defp measure({_, smaller, larger}) do
    {height1, count1} = measure(smaller)
    {height2, count2} = measure(larger)
    {2 * max(height1, height2), count1 + count2 + 1}
  end

  defp build(list, count) do
    {tree, []} = part(list, count)
    tree
  end

  defp part(list, 0), do: {nil, list}
  defp part([element | list], 1), do: {{element, nil, nil}, list}

  defp part(list, count) do
    right = div(count - 1, 2)
    {smaller, [element | list]} = part(list, count - 1 - right)
    {larger, list} = part(list, right)
    {{element, smaller, larger}, list}
  end

  def balance({size, tree}), do: {size, build(list(tree, []), size)}

  def from_ordset(list) do
    size = length(list)
    {size, build(list, size)}
  end

  def from_list(list), do: from_ordset(:lists.usort(list))

  def to_list({_, tree}), do: list(tree, [])

  defp list(nil, acc), do: acc
  defp list({element, smaller, larger}, acc), do: list(smaller, [element | list(larger, acc)])

  def add(element, set) do
    if is_member(element, set), do: set, else: insert(element, set)
  end

  def add_element(element, set), do: add(element, set)

  def delete_any(element, set) do
    if is_member(element, set), do: delete(element, set), else: set
  end

  def del_element(element, set), do: delete_any(element, set)

  def delete(element, {size, tree}), do: {size - 1, without(element, tree)}

  defp without(element, {other, smaller, larger}) when element < other, do: {other, without(element, smaller), larger}
  defp without(element, {other, smaller, larger}) when element > other, do: {other, smaller, without(element, larger)}
  defp without(_, {_, smaller, nil}), do: smaller
  defp without(_, {_, nil, larger}), do: larger

  defp without(_, {_, smaller, larger}) do
    {first, larger} = first_off(larger)
    {first, smaller, larger}
  end

  defp first_off({element, nil, larger}), do: {element, larger}

  defp first_off({element, smaller, larger}) do
    {first, smaller} = first_off(smaller)
    {first, {element, smaller, larger}}
  end

  defp last_off({element, smaller, nil}), do: {element, smaller}

  defp last_off({element, smaller, larger}) do
    {last, larger} = last_off(larger)
    {last, {element, smaller, larger}}
  end

  def take_smallest({size, tree}) do
    {element, tree} = first_off(tree)
    {element, {size - 1, tree}}
  end

  def take_largest({size, tree}) do
    {element, tree} = last_off(tree)
    {element, {size - 1, tree}}
  end

  def smallest({_, tree}), do: leftmost(tree)

  defp leftmost({element, nil, _}), do: element
  defp leftmost({_, smaller, _}), do: leftmost(smaller)

  def largest({_, tree}), do: rightmost(tree)

  defp rightmost({element, _, nil}), do: element
  defp rightmost({_, _, larger}), do: rightmost(larger)

  def smaller(element, {_, tree}), do: below(element, tree, :none)

  defp below(_, nil, best), do: best
  defp below(element, {other, _, larger}, _) when element > other, do: below(element, larger, {:found, other})
  defp below(element, {_, smaller, _}, best), do: below(element, smaller, best)

  def larger(element, {_, tree}), do: above(element, tree, :none)

  defp above(_, nil, best), do: best
  defp above(element, {other, smaller, _}, _) when element < other, do: above(element, smaller, {:found, other})
  defp above(element, {_, _, larger}, best), do: above(element, larger, best)

  # Sets together

  def union(set1, set2) do
    if size(set1) >= size(set2), do: join(set1, to_list(set2)), else: join(set2, to_list(set1))
  end

  defp join({size, _} = set, list) do
    if length(list) * 10 < size do
      :lists.foldl(&add/2, set, list)
    else
      from_ordset(:lists.umerge(to_list(set), list))
    end
  end

  def union([first | rest]), do: :lists.foldl(&union/2, first, rest)
  def union([]), do: empty()

  def intersection(set1, set2) do
    {few, many} = if size(set1) <= size(set2), do: {set1, set2}, else: {set2, set1}
    from_ordset(:lists.filter(&is_member(&1, many), to_list(few)))
  end

  def intersection([first | rest]), do: :lists.foldl(&intersection/2, first, rest)

  def is_disjoint(set1, set2) do
    {few, many} = if size(set1) <= size(set2), do: {set1, set2}, else: {set2, set1}
    not :lists.any(&is_member(&1, many), to_list(few))
  end

  def difference(set1, set2), do: from_ordset(:lists.filter(&(not is_member(&1, set2)), to_list(set1)))
  def subtract(set1, set2), do: difference(set1, set2)

  def is_subset(set1, set2), do: size(set1) <= size(set2) and :lists.all(&is_member(&1, set2), to_list(set1))

  def fold(fun, acc, {_, tree}) when is_function(fun, 2), do: :lists.foldl(fun, acc, list(tree, []))

  def filter(fun, {_, tree}) when is_function(fun, 1), do: from_ordset(:lists.filter(fun, list(tree, [])))

  def map(fun, {_, tree}) when is_function(fun, 1), do: from_list(:lists.map(fun, list(tree, [])))

  def filtermap(fun, {_, tree}) when is_function(fun, 1), do: from_list(:lists.filtermap(fun, list(tree, [])))

  # An iterator is the nodes still to come whose smaller side is done, or `{:reversed, nodes}`.

  def iterator({_, tree}), do: descend(tree, [])

  def iterator(set, :ordered), do: iterator(set)
  def iterator({_, tree}, :reversed), do: {:reversed, ascend(tree, [])}

  defp descend({_, smaller, _} = node, acc), do: descend(smaller, [node | acc])
  defp descend(nil, acc), do: acc

  defp ascend({_, _, larger} = node, acc), do: ascend(larger, [node | acc])
  defp ascend(nil, acc), do: acc

  def iterator_from(element, {_, tree}), do: descend_from(element, tree, [])

  def iterator_from(element, set, :ordered), do: iterator_from(element, set)
  def iterator_from(element, {_, tree}, :reversed), do: {:reversed, ascend_from(element, tree, [])}

  defp descend_from(_, nil, acc), do: acc
  defp descend_from(from, {element, _, larger}, acc) when element < from, do: descend_from(from, larger, acc)
  defp descend_from(from, {_, smaller, _} = node, acc), do: descend_from(from, smaller, [node | acc])

  defp ascend_from(_, nil, acc), do: acc
  defp ascend_from(from, {element, smaller, _}, acc) when element > from, do: ascend_from(from, smaller, acc)
  defp ascend_from(from, {_, _, larger} = node, acc), do: ascend_from(from, larger, [node | acc])

  def next([{element, _, larger} | rest]), do: {element, descend(larger, rest)}
  def next([]), do: :none
  def next({:reversed, [{element, smaller, _} | rest]}), do: {element, {:reversed, ascend(smaller, rest)}}
  def next({:reversed, []}), do: :none
end
