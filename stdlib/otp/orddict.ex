defmodule :orddict do
  @moduledoc false
  # Dictionaries as sorted lists of pairs.

  def new, do: []
  def from_list(pairs), do: :lists.foldl(fn {key, value}, dict -> store(key, value, dict) end, [], pairs)
  def to_list(dict), do: dict
  def size(dict), do: length(dict)
  def is_empty(dict), do: dict == []
  def fetch_keys(dict), do: :lists.map(fn {key, _} -> key end, dict)

  # What stands before a key, its value or :none, and what stands after it.
  defp around(key, dict) do
    case :lists.splitwith(fn {other, _} -> other < key end, dict) do
      {front, [{other, value} | rest]} when other == key -> {front, {:value, value}, rest}
      {front, rest} -> {front, :none, rest}
    end
  end

  def find(key, dict) do
    case around(key, dict) do
      {_, {:value, value}, _} -> {:ok, value}
      _ -> :error
    end
  end

  def is_key(key, dict), do: find(key, dict) != :error

  def fetch(key, dict) do
    case find(key, dict) do
      {:ok, value} -> value
      :error -> :erlang.error(:function_clause, [key, []])
    end
  end

  def take(key, dict) do
    case around(key, dict) do
      {front, {:value, value}, rest} -> {value, front ++ rest}
      _ -> :error
    end
  end

  def erase(key, dict) do
    {front, _, rest} = around(key, dict)
    front ++ rest
  end

  def store(key, value, dict) do
    {front, _, rest} = around(key, dict)
    front ++ [{key, value} | rest]
  end

  def update(key, fun, dict), do: store(key, fun.(fetch(key, dict)), dict)

  def update(key, fun, initial, dict) do
    case around(key, dict) do
      {front, {:value, value}, rest} -> front ++ [{key, fun.(value)} | rest]
      {front, :none, rest} -> front ++ [{key, initial} | rest]
    end
  end

  def append(key, value, dict), do: append_list(key, [value], dict)
  def append_list(key, list, dict), do: update(key, &(&1 ++ list), list, dict)
  def update_counter(key, increment, dict), do: update(key, &(&1 + increment), increment, dict)

  def fold(fun, acc, dict), do: :lists.foldl(fn {key, value}, acc -> fun.(key, value, acc) end, acc, dict)
  def map(fun, dict), do: :lists.map(fn {key, value} -> {key, fun.(key, value)} end, dict)
  def filter(fun, dict), do: :lists.filter(fn {key, value} -> fun.(key, value) end, dict)

  # All pairs in order of their keys; two that meet become one.
  def merge(fun, dict1, dict2) when is_function(fun, 3),
    do: meet(fun, :lists.keymerge(1, dict1, dict2))

  defp meet(fun, [{key, value1}, {other, value2} | rest]) when key == other,
    do: [{key, fun.(key, value1, value2)} | meet(fun, rest)]

  defp meet(fun, [pair | rest]), do: [pair | meet(fun, rest)]
  defp meet(_fun, []), do: []
end
