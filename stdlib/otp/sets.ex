defmodule :sets do
  @moduledoc false
  # Sets as maps from element to []; both of OTP's versions are this one.

  def new, do: %{}
  def new(version: version) when version in [1, 2], do: %{}
  def from_list(list), do: :maps.from_keys(list, [])
  def from_list(list, version: version) when version in [1, 2], do: :maps.from_keys(list, [])
  def to_list(set), do: :maps.keys(set)
  def is_set(term), do: is_map(term) and :lists.all(&(&1 == []), :maps.values(term))
  def size(set), do: map_size(set)
  def is_empty(set), do: map_size(set) == 0
  def is_equal(set1, set2), do: set1 === set2
  def is_element(element, set), do: is_map_key(set, element)
  def add_element(element, set), do: :maps.put(element, [], set)
  def del_element(element, set), do: :maps.remove(element, set)
  def union(set1, set2), do: :maps.merge(set1, set2)
  def union(sets), do: :lists.foldl(&union/2, %{}, sets)
  def intersection(set1, set2), do: :maps.intersect(set1, set2)
  def intersection([set | sets]), do: :lists.foldl(&intersection/2, set, sets)
  def is_disjoint(set1, set2), do: map_size(:maps.intersect(set1, set2)) == 0
  def subtract(set1, set2), do: :maps.without(:maps.keys(set2), set1)
  def is_subset(set1, set2), do: :lists.all(&is_map_key(set2, &1), :maps.keys(set1))
  def fold(fun, acc, set), do: :lists.foldl(fun, acc, :maps.keys(set))
  def filter(fun, set), do: from_list(:lists.filter(fun, :maps.keys(set)))
  def map(fun, set), do: from_list(:lists.map(fun, :maps.keys(set)))
  def filtermap(fun, set), do: from_list(:lists.filtermap(fun, :maps.keys(set)))
end
