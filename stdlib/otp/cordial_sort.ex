defmodule :cordial_sort do
  @moduledoc false
  # Stable merge sort by a function that says whether its first argument may stand first.

  def sort(_fun, []), do: []
  def sort(_fun, [_] = list), do: list

  def sort(fun, list) do
    {sorted, []} = sort(length(list), list, fun)
    sorted
  end

  # The first `n` elements sorted, and the others.
  defp sort(1, [a | rest], _fun), do: {[a], rest}

  defp sort(2, [a, b | rest], fun) do
    case fun.(a, b) do
      true -> {[a, b], rest}
      false -> {[b, a], rest}
    end
  end

  defp sort(n, list, fun) do
    half = :erlang.bsr(n, 1)
    {left, rest} = sort(half, list, fun)
    {right, rest} = sort(n - half, rest, fun)
    {merge(fun, left, right), rest}
  end

  def merge(fun, [a | as] = left, [b | bs] = right) do
    case fun.(a, b) do
      true -> [a | merge(fun, as, right)]
      false -> [b | merge(fun, left, bs)]
    end
  end

  def merge(_fun, [], right) when is_list(right), do: right
  def merge(_fun, left, []) when is_list(left), do: left

  def merge_all([]), do: []
  def merge_all([list]) when is_list(list), do: list
  def merge_all([list | lists]), do: merge(&<=/2, list, merge_all(lists))

  def usort(fun, list), do: unique(fun, sort(fun, list))

  # Of equal elements the first stays.
  defp unique(fun, [a, b | rest]) do
    if fun.(b, a), do: unique(fun, [a | rest]), else: [a | unique(fun, [b | rest])]
  end

  defp unique(_fun, list), do: list

  def ukeysort(n, list), do: unique_keys(n, :lists.keysort(n, list))

  defp unique_keys(n, [a, b | rest]) do
    if :erlang.element(n, a) == :erlang.element(n, b),
      do: unique_keys(n, [a | rest]),
      else: [a | unique_keys(n, [b | rest])]
  end

  defp unique_keys(_n, list), do: list

  def umerge(fun, [a | as] = left, [b | bs] = right) do
    cond do
      not fun.(a, b) -> [b | umerge(fun, left, bs)]
      fun.(b, a) -> umerge(fun, left, bs)
      true -> [a | umerge(fun, as, right)]
    end
  end

  def umerge(_fun, [], right), do: right
  def umerge(_fun, left, []), do: left

  def umerge_all([]), do: []
  def umerge_all([list]), do: list
  def umerge_all([list | lists]), do: umerge(&<=/2, list, umerge_all(lists))
end
