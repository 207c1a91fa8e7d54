defmodule :dict do
  @moduledoc false
  # Dictionaries as `{:dict, map}`.

  def new, do: {:dict, %{}}
  def from_list(pairs), do: {:dict, :maps.from_list(pairs)}
  def to_list({:dict, map}), do: :maps.to_list(map)
  def size({:dict, map}), do: map_size(map)
  def is_empty({:dict, map}), do: map_size(map) == 0
  def is_key(key, {:dict, map}), do: is_map_key(map, key)
  def find(key, {:dict, map}), do: :maps.find(key, map)
  def fetch_keys({:dict, map}), do: :maps.keys(map)
  def erase(key, {:dict, map}), do: {:dict, :maps.remove(key, map)}
  def store(key, value, {:dict, map}), do: {:dict, :maps.put(key, value, map)}

  def fetch(key, {:dict, map}) do
    case map do
      %{^key => value} -> value
      _ -> :erlang.error(:badarg)
    end
  end

  def take(key, {:dict, map}) do
    case :maps.take(key, map) do
      {value, map} -> {value, {:dict, map}}
      :error -> :error
    end
  end

  def append(key, value, dict), do: append_list(key, [value], dict)
  def append_list(key, list, dict), do: update(key, &(&1 ++ list), list, dict)

  def update(key, fun, {:dict, map}) do
    case map do
      %{^key => value} -> {:dict, %{map | key => fun.(value)}}
      _ -> :erlang.error(:badarg)
    end
  end

  def update(key, fun, initial, {:dict, map}), do: {:dict, :maps.update_with(key, fun, initial, map)}
  def update_counter(key, increment, dict), do: update(key, &(&1 + increment), increment, dict)
  def fold(fun, acc, {:dict, map}), do: :maps.fold(fun, acc, map)
  def map(fun, {:dict, map}), do: {:dict, :maps.map(fun, map)}
  def filter(fun, {:dict, map}), do: {:dict, :maps.filter(fun, map)}
  def merge(fun, {:dict, map1}, {:dict, map2}), do: {:dict, :maps.merge_with(fun, map1, map2)}
end
