defmodule :orddict do
  @moduledoc false
  # Dictionaries as sorted lists of pairs.

  def new, do: []

  def is_key(key, [{k, _} | _]) when key < k, do: false
  def is_key(key, [{k, _} | rest]) when key > k, do: is_key(key, rest)
  def is_key(_key, [{_, _} | _]), do: true
  def is_key(_key, []), do: false

  def to_list(dict), do: dict
  def from_list(pairs), do: :lists.foldl(fn {key, value}, dict -> store(key, value, dict) end, [], pairs)
  def size(dict), do: length(dict)
  def is_empty(dict), do: dict == []

  def fetch(key, [{k, _} | rest]) when key > k, do: fetch(key, rest)
  def fetch(key, [{k, value} | _]) when key == k, do: value

  def find(key, [{k, _} | _]) when key < k, do: :error
  def find(key, [{k, _} | rest]) when key > k, do: find(key, rest)
  def find(_key, [{_, value} | _]), do: {:ok, value}
  def find(_key, []), do: :error

  def fetch_keys([{key, _} | rest]), do: [key | fetch_keys(rest)]
  def fetch_keys([]), do: []

  def erase(key, [{k, _} | _] = dict) when key < k, do: dict
  def erase(key, [{k, _} = pair | rest]) when key > k, do: [pair | erase(key, rest)]
  def erase(_key, [{_, _} | rest]), do: rest
  def erase(_key, []), do: []

  def take(key, dict) do
    case find(key, dict) do
      {:ok, value} -> {value, erase(key, dict)}
      :error -> :error
    end
  end

  def store(key, new, [{k, _} | _] = dict) when key < k, do: [{key, new} | dict]
  def store(key, new, [{k, _} = pair | rest]) when key > k, do: [pair | store(key, new, rest)]
  def store(key, new, [{_, _} | rest]), do: [{key, new} | rest]
  def store(key, new, []), do: [{key, new}]

  def append(key, new, dict), do: append_list(key, [new], dict)

  def append_list(key, list, dict) do
    case find(key, dict) do
      {:ok, old} -> store(key, old ++ list, dict)
      :error -> store(key, list, dict)
    end
  end

  def update(key, fun, [{k, _} = pair | rest]) when key > k, do: [pair | update(key, fun, rest)]
  def update(key, fun, [{k, value} | rest]) when key == k, do: [{key, fun.(value)} | rest]

  def update(key, fun, initial, dict) do
    case find(key, dict) do
      {:ok, old} -> store(key, fun.(old), dict)
      :error -> store(key, initial, dict)
    end
  end

  def update_counter(key, increment, dict), do: update(key, &(&1 + increment), increment, dict)

  def fold(fun, acc, [{key, value} | rest]), do: fold(fun, fun.(key, value, acc), rest)
  def fold(fun, acc, []) when is_function(fun, 3), do: acc

  def map(fun, [{key, value} | rest]), do: [{key, fun.(key, value)} | map(fun, rest)]
  def map(fun, []) when is_function(fun, 2), do: []

  def filter(fun, dict), do: :lists.filter(fn {key, value} -> fun.(key, value) end, dict)

  def merge(fun, [{k1, _} = pair | rest], [{k2, _} | _] = dict2) when k1 < k2, do: [pair | merge(fun, rest, dict2)]
  def merge(fun, [{k1, _} | _] = dict1, [{k2, _} = pair | rest]) when k1 > k2, do: [pair | merge(fun, dict1, rest)]
  def merge(fun, [{key, v1} | rest1], [{_, v2} | rest2]), do: [{key, fun.(key, v1, v2)} | merge(fun, rest1, rest2)]
  def merge(fun, [], dict2) when is_function(fun, 3), do: dict2
  def merge(fun, dict1, []) when is_function(fun, 3), do: dict1
end
