defmodule Enum.Extreme do
  @moduledoc false
  # Least and greatest elements.

  def max(enumerable, sorter, empty_fallback) do
    best(enumerable, max_fun(sorter), empty_fallback, :max)
  end

  def min(enumerable, sorter, empty_fallback) do
    best(enumerable, min_fun(sorter), empty_fallback, :min)
  end

  defp best([], _keep?, empty_fallback, _which), do: empty_fallback.()
  defp best([first | rest], keep?, _empty_fallback, _which), do: best_list(rest, first, keep?)

  defp best(%{__struct__: Range, first: first, last: last, step: step} = range, keep?, empty_fallback, _) do
    case Range.size(range) do
      0 ->
        empty_fallback.()

      _ ->
        last = last - rem(last - first, step)
        if keep?.(first, last), do: first, else: last
    end
  end

  defp best(enumerable, keep?, empty_fallback, which) do
    best(Enum.to_list(enumerable), keep?, empty_fallback, which)
  end

  defp best_list([head | tail], best, keep?) do
    if keep?.(best, head), do: best_list(tail, best, keep?), else: best_list(tail, head, keep?)
  end

  defp best_list([], best, _keep?), do: best

  @doc "The element whose `fun` value stays ahead by `keep?`."
  def by(enumerable, fun, keep?, empty_fallback) do
    case Enum.to_list(enumerable) do
      [] -> empty_fallback.()
      [first | rest] -> by_list(rest, first, fun.(first), fun, keep?)
    end
  end

  defp by_list([head | tail], best, best_value, fun, keep?) do
    value = fun.(head)

    if keep?.(best_value, value),
      do: by_list(tail, best, best_value, fun, keep?),
      else: by_list(tail, head, value, fun, keep?)
  end

  defp by_list([], best, _value, _fun, _keep?), do: best

  def min_max([], empty_fallback), do: empty_fallback.()
  def min_max([first | rest], _empty_fallback), do: min_max_list(rest, first, first)

  defp min_max_list([head | tail], least, most) do
    cond do
      head < least -> min_max_list(tail, head, most)
      head > most -> min_max_list(tail, least, head)
      true -> min_max_list(tail, least, most)
    end
  end

  defp min_max_list([], least, most), do: {least, most}

  def range_min_max(first, last, step) do
    last = last - rem(last - first, step)
    {Kernel.min(first, last), Kernel.max(first, last)}
  end

  def min_max_by([], _fun, _less?, empty_fallback), do: empty_fallback.()

  def min_max_by([first | rest], fun, less?, _empty_fallback) do
    value = fun.(first)
    min_max_by_list(rest, fun, less?, first, value, first, value)
  end

  defp min_max_by_list([head | tail], fun, less?, least, least_value, most, most_value) do
    value = fun.(head)

    cond do
      less?.(value, least_value) ->
        min_max_by_list(tail, fun, less?, head, value, most, most_value)

      less?.(most_value, value) ->
        min_max_by_list(tail, fun, less?, least, least_value, head, value)

      true ->
        min_max_by_list(tail, fun, less?, least, least_value, most, most_value)
    end
  end

  defp min_max_by_list([], _fun, _less?, least, _, most, _), do: {least, most}

  def max_fun(sorter) when is_function(sorter, 2), do: sorter
  def max_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :lt)

  def min_fun(sorter) when is_function(sorter, 2), do: sorter
  def min_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :gt)

  def less_fun(sorter) when is_function(sorter, 2), do: sorter
  def less_fun(module) when is_atom(module), do: &(module.compare(&1, &2) == :lt)
end
