defprotocol Collectable do
  @moduledoc """
  How values are poured into a data type: the other direction of `Enumerable`.

  `into/1` gives a start value and a function that takes `{:cont, value}`, `:done` or `:halt`.
  """

  @type command :: {:cont, term} | :done | :halt

  @doc "The start accumulator and the collecting function."
  @spec into(t) :: {initial_acc :: term, collector :: (term, command -> t | term)}
  def into(collectable)
end

defimpl Collectable, for: List do
  def into(list) do
    # Appending to a non-empty list is deprecated but works.
    if list != [] do
      IO.warn(
        "the Collectable protocol is deprecated for non-empty lists. The behavior of " <>
          "Enum.into/2 and \"for\" comprehensions with an :into option is incorrect " <>
          "when collecting into non-empty lists. If you're collecting into a non-empty keyword " <>
          "list, consider using Keyword.merge/2 instead. If you're collecting into a non-empty " <>
          "list, consider concatenating the two lists with the ++ operator."
      )
    end

    collector = fn
      acc, {:cont, value} -> [value | acc]
      acc, :done -> list ++ :lists.reverse(acc)
      _acc, :halt -> :ok
    end

    {[], collector}
  end
end

defimpl Collectable, for: BitString do
  def into(binary) when is_binary(binary) do
    collector = fn
      acc, {:cont, value} when is_binary(acc) and is_bitstring(value) ->
        <<acc::binary, value::bitstring>>

      acc, {:cont, value} when is_bitstring(value) ->
        <<acc::bitstring, value::bitstring>>

      acc, :done ->
        acc

      _acc, :halt ->
        :ok

      _acc, {:cont, value} ->
        raise ArgumentError,
              "collecting into a binary requires a bitstring, got: #{inspect(value)}"
    end

    {binary, collector}
  end

  def into(bitstring) do
    collector = fn
      acc, {:cont, value} when is_bitstring(value) ->
        <<acc::bitstring, value::bitstring>>

      acc, :done ->
        acc

      _acc, :halt ->
        :ok

      _acc, {:cont, value} ->
        raise ArgumentError,
              "collecting into a bitstring requires a bitstring, got: #{inspect(value)}"
    end

    {bitstring, collector}
  end
end

defimpl Collectable, for: Map do
  def into(map) do
    collector = fn
      acc, {:cont, {key, value}} ->
        Map.put(acc, key, value)

      acc, :done ->
        acc

      _acc, :halt ->
        :ok

      _acc, {:cont, other} ->
        raise ArgumentError,
              "collecting into a map requires {key, value} tuples, got: #{inspect(other)}"
    end

    {map, collector}
  end
end
