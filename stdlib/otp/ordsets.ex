defmodule :ordsets do
  @moduledoc false
  # Sets as sorted lists.

  def new, do: []
  def is_set([head | tail]), do: ordered?(tail, head)
  def is_set([]), do: true
  def is_set(_other), do: false

  defp ordered?([head | tail], before) when before < head, do: ordered?(tail, head)
  defp ordered?([], _before), do: true
  defp ordered?(_, _before), do: false

  def size(set), do: length(set)
  def is_empty(set), do: set == []
  def is_equal(set1, set2), do: set1 == set2
  def to_list(set), do: set
  def from_list(list), do: :lists.usort(list)

  def is_element(element, [head | tail]) when element > head, do: is_element(element, tail)
  def is_element(element, [head | _]), do: element == head
  def is_element(_element, []), do: false

  def add_element(element, [head | tail]) when element > head, do: [head | add_element(element, tail)]
  def add_element(element, [head | _] = set) when element < head, do: [element | set]
  def add_element(_element, [_ | _] = set), do: set
  def add_element(element, []), do: [element]

  def del_element(element, [head | tail]) when element > head, do: [head | del_element(element, tail)]
  def del_element(element, [head | _] = set) when element < head, do: set
  def del_element(_element, [_ | tail]), do: tail
  def del_element(_element, []), do: []

  def union([e1 | es1], [e2 | _] = set2) when e1 < e2, do: [e1 | union(es1, set2)]
  def union([e1 | _] = set1, [e2 | es2]) when e1 > e2, do: [e2 | union(set1, es2)]
  def union([e1 | es1], [_ | es2]), do: [e1 | union(es1, es2)]
  def union([], set2), do: set2
  def union(set1, []), do: set1

  def union(sets), do: :lists.umerge(sets)

  def intersection([e1 | es1], [e2 | _] = set2) when e1 < e2, do: intersection(es1, set2)
  def intersection([e1 | _] = set1, [e2 | es2]) when e1 > e2, do: intersection(set1, es2)
  def intersection([e1 | es1], [_ | es2]), do: [e1 | intersection(es1, es2)]
  def intersection([], _set2), do: []
  def intersection(_set1, []), do: []

  def intersection([set]), do: set
  def intersection([set1, set2 | rest]), do: intersection([intersection(set1, set2) | rest])

  def is_disjoint([e1 | es1], [e2 | _] = set2) when e1 < e2, do: is_disjoint(es1, set2)
  def is_disjoint([e1 | _] = set1, [e2 | es2]) when e1 > e2, do: is_disjoint(set1, es2)
  def is_disjoint([_ | _], [_ | _]), do: false
  def is_disjoint(_set1, _set2), do: true

  def subtract([e1 | es1], [e2 | _] = set2) when e1 < e2, do: [e1 | subtract(es1, set2)]
  def subtract([e1 | _] = set1, [e2 | es2]) when e1 > e2, do: subtract(set1, es2)
  def subtract([_ | es1], [_ | es2]), do: subtract(es1, es2)
  def subtract([], _set2), do: []
  def subtract(set1, []), do: set1

  def is_subset([e1 | _], [e2 | _]) when e1 < e2, do: false
  def is_subset([e1 | _] = set1, [e2 | es2]) when e1 > e2, do: is_subset(set1, es2)
  def is_subset([_ | es1], [_ | es2]), do: is_subset(es1, es2)
  def is_subset([], _set2), do: true
  def is_subset(_set1, []), do: false

  def fold(fun, acc, set), do: :lists.foldl(fun, acc, set)
  def filter(fun, set), do: :lists.filter(fun, set)
  def map(fun, set), do: from_list(:lists.map(fun, set))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, set))
end
