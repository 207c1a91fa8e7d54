defmodule :ordsets do
  @moduledoc false
  # Sets as sorted lists.

  def new, do: []
  def from_list(list), do: :lists.usort(list)
  def to_list(set), do: set
  def size(set), do: length(set)
  def is_empty(set), do: set == []
  def is_equal(set1, set2), do: set1 == set2
  def is_set(set), do: is_list(set) and :lists.usort(set) === set

  # Two sets are walked side by side; the choice says whether to keep what only the first has, what both
  # have (as the first has it), and what only the second has.

  def union(sets), do: :lists.umerge(sets)
  def union(set1, set2), do: walk(set1, set2, {true, true, true})
  def subtract(set1, set2), do: walk(set1, set2, {true, false, false})
  def intersection(set1, set2), do: walk(set1, set2, {false, true, false})
  def intersection([first | others]), do: :lists.foldl(&intersection(&2, &1), first, others)

  defp walk([x | xs] = set1, [y | ys] = set2, {first, both, second} = choice) do
    cond do
      x < y -> pick(first, x, walk(xs, set2, choice))
      x > y -> pick(second, y, walk(set1, ys, choice))
      true -> pick(both, x, walk(xs, ys, choice))
    end
  end

  defp walk(set1, [], {first, _, _}), do: if(first, do: set1, else: [])
  defp walk([], set2, {_, _, second}), do: if(second, do: set2, else: [])

  defp pick(true, element, rest), do: [element | rest]
  defp pick(false, _element, rest), do: rest

  def is_subset(set1, set2), do: subtract(set1, set2) == []
  def is_disjoint(set1, set2), do: intersection(set1, set2) == []
  def is_element(element, set), do: intersection(set, [element]) != []
  def add_element(element, set), do: union(set, [element])
  def del_element(element, set), do: subtract(set, [element])

  def fold(fun, acc, set), do: :lists.foldl(fun, acc, set)
  def filter(fun, set), do: :lists.filter(fun, set)
  def map(fun, set), do: from_list(:lists.map(fun, set))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, set))
end
