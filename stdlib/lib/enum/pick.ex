defmodule Enum.Pick do
  @moduledoc false
  # Elements by position: fetch, take, drop, slice, slide, random choice.

  @doc "`{:ok, element}` at a position, or `:error`."
  def fetch(list, index) when is_list(list) do
    if index >= 0, do: nth(list, index), else: nth_last(list, index)
  end

  def fetch(enumerable, index) do
    case slice(enumerable, index, 1) do
      [element] when index >= 0 -> {:ok, element}
      [element] -> if -index <= Enum.count(enumerable), do: {:ok, element}, else: :error
      [] -> :error
    end
  end

  defp nth([head | _], 0), do: {:ok, head}
  defp nth([_ | tail], index), do: nth(tail, index - 1)
  defp nth([], _index), do: :error

  defp nth_last(list, index) do
    case length(list) + index do
      position when position >= 0 -> nth(list, position)
      _ -> :error
    end
  end

  def take_list([head | tail], amount) when amount > 0, do: [head | take_list(tail, amount - 1)]
  def take_list(_list, _amount), do: []

  def drop_list([_ | tail], amount) when amount > 0, do: drop_list(tail, amount - 1)
  def drop_list(list, _amount), do: list

  def split_list(list, count), do: split_list(list, count, [])
  defp split_list([head | tail], count, front) when count > 0, do: split_list(tail, count - 1, [head | front])
  defp split_list(list, _count, front), do: {:lists.reverse(front), list}

  @doc "The first elements of something that may be endless."
  def take(enumerable, amount) do
    {_, {taken, _}} =
      Enumerable.reduce(enumerable, {:cont, {[], amount}}, fn
        element, {taken, 1} -> {:halt, {[element | taken], 0}}
        element, {taken, left} -> {:cont, {[element | taken], left - 1}}
      end)

    :lists.reverse(taken)
  end

  def drop(enumerable, amount) do
    case Enumerable.slice(enumerable) do
      {:ok, size, _fun} when size <= amount -> []
      {:ok, size, fun} when is_function(fun, 3) -> fun.(amount, size - amount, 1)
      _ -> drop_list(Enum.to_list(enumerable), amount)
    end
  end

  def drop_every([_ | tail], nth, 0), do: drop_every(tail, nth, nth - 1)
  def drop_every([head | tail], nth, left), do: [head | drop_every(tail, nth, left - 1)]
  def drop_every([], _nth, _left), do: []

  def take_every([head | tail], nth), do: [head | take_every(drop_list(tail, nth - 1), nth)]
  def take_every([], _nth), do: []

  def map_every([head | tail], nth, 0, fun), do: [fun.(head) | map_every(tail, nth, nth - 1, fun)]
  def map_every([head | tail], nth, left, fun), do: [head | map_every(tail, nth, left - 1, fun)]
  def map_every([], _nth, _left, _fun), do: []

  ## Slices

  @doc "`amount` elements from `start`; a negative start counts from the end."
  def slice(list, start, amount) when is_list(list) and start >= 0 do
    list |> drop_list(start) |> take_list(amount)
  end

  def slice(list, start, amount) when is_list(list) do
    list |> drop_list(max(length(list) + start, 0)) |> take_list(amount)
  end

  def slice(enumerable, start, amount) do
    case Enumerable.slice(enumerable) do
      {:ok, size, fun} ->
        start = if start < 0, do: max(size + start, 0), else: start
        amount = min(amount, size - start)
        if amount > 0, do: apply_slice(fun, enumerable, start, amount, 1), else: []

      {:error, _module} when start >= 0 ->
        enumerable |> take(start + amount) |> drop_list(start)

      {:error, _module} ->
        slice(Enum.to_list(enumerable), start, amount)
    end
  end

  defp apply_slice(fun, _enumerable, start, amount, step) when is_function(fun, 3) do
    fun.(start, amount, step)
  end

  defp apply_slice(fun, enumerable, start, amount, step) when is_function(fun, 1) do
    fun.(enumerable) |> drop_list(start) |> take_stepped(amount, step)
  end

  # The older shape: start and length alone.
  defp apply_slice(fun, _enumerable, start, amount, 1), do: fun.(start, amount)

  defp apply_slice(fun, _enumerable, start, amount, step) do
    fun.(start, (amount - 1) * step + 1) |> take_stepped(amount, step)
  end

  defp take_stepped(list, amount, 1), do: take_list(list, amount)
  defp take_stepped([head | tail], amount, step) when amount > 0, do: [head | take_stepped(drop_list(tail, step - 1), amount - 1, step)]
  defp take_stepped(_list, _amount, _step), do: []

  @doc "`Enum.slice/2` for a range with a positive step."
  def slice_range(enumerable, first, last, step) when first >= 0 and last >= 0 do
    cond do
      first > last -> []
      step == 1 -> slice(enumerable, first, last - first + 1)
      true -> enumerable |> slice(first, last - first + 1) |> take_every(step)
    end
  end

  def slice_range(enumerable, first, last, step) do
    {size, source} =
      case is_list(enumerable) or Enumerable.slice(enumerable) do
        {:ok, size, fun} when is_function(fun, 3) -> {size, enumerable}
        _ -> sized_list(Enum.to_list(enumerable))
      end

    first = if first < 0, do: max(first + size, 0), else: first
    last = if last < 0, do: last + size, else: last
    if last < first, do: [], else: slice_range(source, first, last, step)
  end

  defp sized_list(list), do: {length(list), list}

  ## Sliding

  def slide_one(enumerable, single, index) do
    slide(enumerable, %{__struct__: Range, first: single, last: single, step: 1}, index)
  end

  def slide(_enumerable, %{step: step} = range, _index) when step != 1 do
    raise ArgumentError,
          "Enum.slide/3 does not accept ranges with custom steps, got: #{inspect(range)}"
  end

  def slide(enumerable, %{first: first, last: last} = range, index) do
    list = Enum.to_list(enumerable)

    if first < 0 or last < 0 or index < 0 do
      size = length(list)
      resolve = fn at -> if at < 0, do: at + size, else: at end
      slide_list(list, resolve.(first), resolve.(last), resolve.(index), range)
    else
      slide_list(list, first, last, index, range)
    end
  end

  defp slide_list(list, first, last, index, range) do
    cond do
      first > last ->
        list

      index == first ->
        list

      index > first and index <= last ->
        raise ArgumentError,
              "insertion index for slide must be outside the range being moved " <>
                "(tried to insert #{inspect(range)} at #{index})"

      index < first ->
        {front, rest} = split_list(list, index)
        {skipped, rest} = split_list(rest, first - index)
        {moved, rest} = split_list(rest, last - first + 1)
        front ++ moved ++ skipped ++ rest

      true ->
        {front, rest} = split_list(list, first)
        {moved, rest} = split_list(rest, last - first + 1)
        {skipped, rest} = split_list(rest, index - last)
        front ++ skipped ++ moved ++ rest
    end
  end

  ## Chance

  def random([]), do: raise(Enum.EmptyError)
  def random(list) when is_list(list), do: list |> drop_list(:rand.uniform(length(list)) - 1) |> hd()

  def random(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, 0, _fun} ->
        raise Enum.EmptyError

      {:ok, size, fun} ->
        apply_slice(fun, enumerable, :rand.uniform(size) - 1, 1, 1) |> hd()

      {:error, _module} ->
        case take_random(enumerable, 1) do
          [] -> raise Enum.EmptyError
          [element] -> element
        end
    end
  end

  @doc """
  Reservoir sampling, algorithm L (Li, 1994): the first `count` elements fill the
  sample in random order, then the number of elements to skip is drawn.
  """
  def take_random(_enumerable, 0), do: []

  def take_random(enumerable, count) do
    case Enum.reduce(enumerable, {:fill, 0, %{}}, &sample(&1, &2, count)) do
      {:fill, seen, sample} -> collect_sample(sample, min(seen, count) - 1, [])
      {:skip, _left, _weight, sample} -> collect_sample(sample, count - 1, [])
    end
  end

  defp sample(element, {:fill, index, sample}, count) do
    slot = draw(index)
    sample = sample |> Map.put(index, Map.get(sample, slot)) |> Map.put(slot, element)

    if index + 1 == count,
      do: skip(1.0, sample, count),
      else: {:fill, index + 1, sample}
  end

  defp sample(element, {:skip, 0, weight, sample}, count) do
    skip(weight, Map.put(sample, draw(count - 1), element), count)
  end

  defp sample(_element, {:skip, left, weight, sample}, _count) do
    {:skip, left - 1, weight, sample}
  end

  defp skip(weight, sample, count) do
    weight = weight * :math.exp(:math.log(:rand.uniform()) / count)
    {:skip, trunc(:math.log(:rand.uniform()) / :math.log(1 - weight)), weight, sample}
  end

  # The first element needs no draw.
  defp draw(0), do: 0
  defp draw(index), do: :rand.uniform(index + 1) - 1

  defp collect_sample(_sample, -1, acc), do: acc
  defp collect_sample(sample, slot, acc), do: collect_sample(sample, slot - 1, [Map.fetch!(sample, slot) | acc])
end
