defmodule Enum.Chunk do
  @moduledoc false
  # Cutting an enumerable into lists.

  @doc "`Enum.chunk_every/4`; the arguments are checked there."
  def every(enumerable, count, step, leftover) do
    list = Enum.to_list(enumerable)

    if count == step,
      do: even(list, count, leftover),
      else: stepped(list, count, step, leftover)
  end

  defp even([], _count, _leftover), do: []

  defp even(list, count, leftover) do
    case collect(list, count, []) do
      {chunk, rest, 0} -> [:lists.reverse(chunk) | even(rest, count, leftover)]
      {chunk, [], missing} -> last(chunk, missing, leftover)
    end
  end

  # A chunk that begins past the end of the list does not exist.
  defp stepped([], _count, _step, _leftover), do: []

  defp stepped(list, count, step, leftover) do
    case collect(list, count, []) do
      {chunk, [], 0} ->
        [:lists.reverse(chunk) | final(list, count, step, leftover)]

      {chunk, _rest, 0} ->
        [:lists.reverse(chunk) | stepped(Enum.Pick.drop_list(list, step), count, step, leftover)]

      {chunk, [], missing} ->
        last(chunk, missing, leftover)
    end
  end

  # The list ended exactly with a full chunk: one more may begin inside it.
  defp final(_list, count, step, _leftover) when step >= count, do: []

  defp final(list, count, step, leftover) do
    rest = Enum.Pick.drop_list(list, step)
    last(:lists.reverse(rest), count - length(rest), leftover)
  end

  defp last(_chunk, _missing, :discard), do: []
  defp last(chunk, missing, leftover), do: [:lists.reverse(chunk, Enum.take(leftover, missing))]

  defp collect(rest, 0, chunk), do: {chunk, rest, 0}
  defp collect([head | tail], n, chunk), do: collect(tail, n - 1, [head | chunk])
  defp collect([], n, chunk), do: {chunk, [], n}

  @doc "`Enum.chunk_by/2`."
  def by(enumerable, fun) do
    case Enum.to_list(enumerable) do
      [] -> []
      [head | tail] -> by(tail, fun, fun.(head), [head])
    end
  end

  defp by([head | tail], fun, value, chunk) do
    case fun.(head) do
      ^value -> by(tail, fun, value, [head | chunk])
      other -> [:lists.reverse(chunk) | by(tail, fun, other, [head])]
    end
  end

  defp by([], _fun, _value, chunk), do: [:lists.reverse(chunk)]

  @doc "`Enum.chunk_while/4`."
  def while(enumerable, acc, chunk_fun, after_fun) do
    {chunks, acc} =
      Enum.reduce_while(enumerable, {[], acc}, fn element, {chunks, acc} ->
        case chunk_fun.(element, acc) do
          {go_on, acc} when go_on in [:cont, :halt] -> {go_on, {chunks, acc}}
          {:cont, chunk, acc} -> {:cont, {[chunk | chunks], acc}}
        end
      end)

    last =
      case after_fun.(acc) do
        {:cont, chunk, _acc} -> [chunk]
        {:cont, _acc} -> []
      end

    :lists.reverse(chunks, last)
  end

  @doc "`Enum.dedup_by/2` over a list."
  def dedup([], _fun), do: []
  def dedup([head | tail], fun), do: [head | dedup(tail, fun, fun.(head))]

  defp dedup([head | tail], fun, value) do
    case fun.(head) do
      ^value -> dedup(tail, fun, value)
      other -> [head | dedup(tail, fun, other)]
    end
  end

  defp dedup([], _fun, _value), do: []
end
