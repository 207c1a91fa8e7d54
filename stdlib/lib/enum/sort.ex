defmodule Enum.Sort do
  @moduledoc false
  # Sorting by a function, and what `Enum.sort_by/3` needs around it.

  @doc "Stable merge sort; `fun.(a, b)` says whether `a` may stand before `b`."
  def sort([], _fun), do: []
  def sort([_] = list, _fun), do: list
  def sort(list, fun), do: :lists.sort(fun, list)

  @doc "What sorter stands for, as a function that says whether its first argument may stand before the second."
  def ordering(fun) when is_function(fun, 2), do: fun
  def ordering(module) when is_atom(module), do: ordering({:asc, module})
  def ordering({:asc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  def ordering({:desc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :lt)

  @doc "The second elements of pairs."
  def values([{_, value} | rest]), do: [value | values(rest)]
  def values([]), do: []

  @doc "The second elements of pairs, last pair first."
  def reversed_values([{_, value} | rest], acc), do: reversed_values(rest, [value | acc])
  def reversed_values([], acc), do: acc
end
