defmodule :gb_sets do
  @moduledoc false
  # Ordered sets as balanced trees: `{size, tree}` with nodes `{element, smaller, larger}`.

  use :cordial_balanced, holds: []

  def new, do: empty()
  def singleton(element), do: {1, {element, nil, nil}}

  def is_set({0, nil}), do: true
  def is_set({size, {_, _, _}}) when is_integer(size) and size >= 0, do: true
  def is_set(_), do: false

  def from_list(list), do: from_ordset(:lists.usort(list))

  def from_ordset(list) do
    size = length(list)
    {size, rebuilt(list, size)}
  end

  # --- one element ---------------------------------------------------------------------------------

  def is_member(element, {_, tree}), do: seek(element, tree) != nil
  def is_element(element, set), do: is_member(element, set)

  def insert(element, {size, tree}) do
    case gap(element, tree, 1) do
      0 -> :erlang.error({:key_exists, element})
      deep -> {size + 1, grown(element, tree, deep, size + 1)}
    end
  end

  def add(element, {size, tree} = set) do
    case gap(element, tree, 1) do
      0 -> set
      deep -> {size + 1, grown(element, tree, deep, size + 1)}
    end
  end

  def add_element(element, set), do: add(element, set)

  def delete(element, {size, tree}), do: {size - 1, without(element, tree)}
  def delete_any(element, set), do: if(is_member(element, set), do: delete(element, set), else: set)
  def del_element(element, set), do: delete_any(element, set)

  # --- the ends, and neighbours --------------------------------------------------------------------

  def smallest({_, tree}), do: first(tree)
  def largest({_, tree}), do: last(tree)

  def take_smallest({size, tree}) do
    {element, tree} = first_off(tree)
    {element, {size - 1, tree}}
  end

  def take_largest({size, tree}) do
    {element, tree} = last_off(tree)
    {element, {size - 1, tree}}
  end

  def smaller(element, {_, tree}), do: below(element, tree, :none)
  def larger(element, {_, tree}), do: above(element, tree, :none)

  # --- sets together -------------------------------------------------------------------------------

  def union([first | rest]), do: :lists.foldl(&union(&2, &1), first, rest)
  def union([]), do: empty()

  def union({size1, _} = set1, {size2, _} = set2) do
    cond do
      cheap?(size2, size1) -> :lists.foldl(&add/2, set1, to_list(set2))
      cheap?(size1, size2) -> :lists.foldl(&add/2, set2, to_list(set1))
      true -> combined(:lists.umerge(to_list(set1), to_list(set2)))
    end
  end

  # Whether so few elements are better added one by one: all their searches cost less than going through the larger set.
  defp cheap?(few, many), do: many >= 10 and few * round(1.46 * :math.log(many)) <= many

  # What is made of two sets leans to the other side than what is made of a list.
  defp combined(list) do
    size = length(list)
    {size, rebuilt(list, size, 0)}
  end

  def intersection([first | rest]), do: :lists.foldl(&intersection/2, first, rest)

  def intersection({size1, _} = set1, {size2, _} = set2) when size1 > size2, do: intersection(set2, set1)
  def intersection(few, many), do: combined(:lists.filter(&is_member(&1, many), to_list(few)))

  def is_disjoint({size1, _} = set1, {size2, _} = set2) when size1 > size2, do: is_disjoint(set2, set1)
  def is_disjoint(few, many), do: not :lists.any(&is_member(&1, many), to_list(few))

  def difference(set1, set2), do: combined(:lists.filter(&(not is_member(&1, set2)), to_list(set1)))
  def subtract(set1, set2), do: difference(set1, set2)

  def is_subset(set1, set2), do: size(set1) <= size(set2) and :lists.all(&is_member(&1, set2), to_list(set1))
  def is_equal(set1, set2), do: size(set1) == size(set2) and is_subset(set1, set2)

  # --- element by element --------------------------------------------------------------------------

  def fold(fun, acc, set) when is_function(fun, 2), do: :lists.foldl(fun, acc, to_list(set))
  def filter(fun, set) when is_function(fun, 1), do: from_ordset(:lists.filter(fun, to_list(set)))
  def map(fun, set) when is_function(fun, 1), do: from_list(:lists.map(fun, to_list(set)))
  def filtermap(fun, set) when is_function(fun, 1), do: from_list(:lists.filtermap(fun, to_list(set)))
end
