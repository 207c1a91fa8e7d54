defmodule :gb_trees do
  @moduledoc false
  # Dictionaries as balanced trees: `{size, tree}` with nodes `{key, value, smaller, larger}`.

  use :cordial_balanced, holds: [:value]

  # --- one key -------------------------------------------------------------------------------------

  def lookup(key, {_, tree}) do
    case seek(key, tree) do
      {_, value, _, _} -> {:value, value}
      nil -> :none
    end
  end

  def is_defined(key, {_, tree}), do: seek(key, tree) != nil

  # Those that want a key to be there have no clause for its absence.
  def get(key, {_, tree}), do: value(seek(key, tree))
  defp value({_, value, _, _}), do: value

  def insert(key, value, {size, tree}) when is_integer(size) do
    case gap(key, tree, 1) do
      0 -> :erlang.error({:key_exists, key})
      deep -> {size + 1, grown({key, value}, tree, deep, size + 1)}
    end
  end

  def update(key, value, {size, tree}), do: {size, exchanged(key, value, tree)}

  def enter(key, value, {size, tree}) do
    case gap(key, tree, 1) do
      0 -> {size, exchanged(key, value, tree)}
      deep -> {size + 1, grown({key, value}, tree, deep, size + 1)}
    end
  end

  defp exchanged(key, value, {other, old, smaller, larger}) do
    cond do
      key < other -> {other, old, exchanged(key, value, smaller), larger}
      key > other -> {other, old, smaller, exchanged(key, value, larger)}
      true -> {key, value, smaller, larger}
    end
  end

  def delete(key, {size, tree}) when is_integer(size) and size >= 0, do: {size - 1, without(key, tree)}

  def delete_any(key, {_, tree} = all) do
    if seek(key, tree) == nil, do: all, else: delete(key, all)
  end

  def take(key, tree), do: {get(key, tree), delete(key, tree)}

  def take_any(key, {_, tree} = all) do
    if seek(key, tree) == nil, do: :error, else: take(key, all)
  end

  # --- the ends, and neighbours --------------------------------------------------------------------

  def smallest({_, tree}), do: first(tree)
  def largest({_, tree}), do: last(tree)

  def take_smallest({size, tree}) when is_integer(size) and size >= 0 do
    {{key, value}, tree} = first_off(tree)
    {key, value, {size - 1, tree}}
  end

  def take_largest({size, tree}) when is_integer(size) and size >= 0 do
    {{key, value}, tree} = last_off(tree)
    {key, value, {size - 1, tree}}
  end

  def smaller(key, {_, tree}), do: neighbour(below(key, tree, :none))
  def larger(key, {_, tree}), do: neighbour(above(key, tree, :none))

  defp neighbour({:found, entry}), do: entry
  defp neighbour(:none), do: :none

  # --- whole trees ---------------------------------------------------------------------------------

  def from_orddict(list) do
    size = length(list)
    {size, rebuilt(list, size)}
  end

  def keys({_, tree}), do: :lists.map(&:erlang.element(1, &1), entries(tree, []))
  def values({_, tree}), do: :lists.map(&:erlang.element(2, &1), entries(tree, []))

  def map(fun, {size, tree}) when is_function(fun, 2), do: {size, mapped(fun, tree)}

  defp mapped(_, nil), do: nil

  defp mapped(fun, {key, value, smaller, larger}),
    do: {key, fun.(key, value), mapped(fun, smaller), mapped(fun, larger)}
end
