defmodule String.Distance do
  @moduledoc false
  # How alike two lists of graphemes are.

  def bag(list1, list2) do
    bag1 = Enum.frequencies(list1)
    bag2 = Enum.frequencies(list2)
    longest = max(length(list1), length(list2))
    1.0 - max(surplus(bag1, bag2), surplus(bag2, bag1)) / longest
  end

  defp surplus(bag1, bag2) do
    Enum.sum_by(bag1, fn {key, count} -> max(count - Map.get(bag2, key, 0), 0) end)
  end

  @doc "Jaro similarity: matches within a window, less half the matches out of order."
  def jaro(list1, list2) do
    length1 = length(list1)
    length2 = length(list2)

    # The longer list is searched for the elements of the shorter one.
    {short, long, size} = if length1 <= length2, do: {list1, list2, length2}, else: {list2, list1, length1}
    window = max(div(size, 2) - 1, 0)
    {matched, used} = matches(short, List.to_tuple(long), window, 0, [], %{})

    case map_size(used) do
      0 ->
        0.0

      count ->
        in_order = for {char, index} <- Enum.with_index(long), is_map_key(used, index), do: char
        transpositions = transposed(matched, in_order, 0) / 2
        (count / length1 + count / length2 + (count - transpositions) / count) / 3
    end
  end

  defp matches([char | rest], long, window, index, matched, used) do
    case find(char, long, max(index - window, 0), min(index + window, tuple_size(long) - 1), used) do
      nil -> matches(rest, long, window, index + 1, matched, used)
      at -> matches(rest, long, window, index + 1, [char | matched], Map.put(used, at, true))
    end
  end

  defp matches([], _long, _window, _index, matched, used), do: {:lists.reverse(matched), used}

  defp find(_char, _long, at, last, _used) when at > last, do: nil

  defp find(char, long, at, last, used) do
    if elem(long, at) == char and not is_map_key(used, at),
      do: at,
      else: find(char, long, at + 1, last, used)
  end

  defp transposed([same | rest1], [same | rest2], count), do: transposed(rest1, rest2, count)
  defp transposed([_ | rest1], [_ | rest2], count), do: transposed(rest1, rest2, count + 1)
  defp transposed([], [], count), do: count
end
