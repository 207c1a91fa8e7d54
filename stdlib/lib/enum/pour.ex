defmodule Enum.Pour do
  @moduledoc false
  # Enum.into: elements into a collectable.

  @doc "Pairs into a plain map; whatever else goes through the protocol."
  def into_map(%{} = pairs, map), do: :maps.merge(map, pairs)
  def into_map(pairs, map) when is_list(pairs) and map_size(map) == 0, do: :maps.from_list(pairs)
  def into_map(pairs, map) when is_list(pairs), do: :maps.merge(map, :maps.from_list(pairs))
  def into_map(enumerable, map), do: into(enumerable, map)

  @doc "Elements into what `Collectable` says; a failure tells the collector."
  def into(enumerable, collectable), do: with_collector(collectable, &pour(enumerable, &1, &2))

  def into(enumerable, collectable, transform) do
    with_collector(collectable, fn start, collector ->
      pour(enumerable, start, fn acc, {:cont, element} -> collector.(acc, {:cont, transform.(element)}) end)
    end)
  end

  defp pour(enumerable, start, collector) do
    Enum.reduce(enumerable, start, fn element, acc -> collector.(acc, {:cont, element}) end)
  end

  defp with_collector(collectable, pour) do
    {start, collector} = Collectable.into(collectable)

    try do
      pour.(start, collector)
    catch
      class, what ->
        collector.(start, :halt)
        :erlang.raise(class, what, __STACKTRACE__)
    else
      filled -> collector.(filled, :done)
    end
  end
end
