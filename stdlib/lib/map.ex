defmodule Map do
  @moduledoc "Functions for maps: key-value data with any keys and no order."

  @type key :: any
  @type value :: any

  @doc "The keys."
  @spec keys(map) :: [key]
  def keys(map), do: :maps.keys(map)

  @doc "The values."
  @spec values(map) :: [value]
  def values(map), do: :maps.values(map)

  @doc "The pairs as a list."
  @spec to_list(map) :: [{term, term}]
  def to_list(map), do: :maps.to_list(map)

  @doc "An empty map."
  @spec new :: map
  def new, do: %{}

  @doc "A map from pairs; of pairs with one key the last counts."
  @spec new(Enumerable.t()) :: map
  def new(map) when is_non_struct_map(map), do: map
  def new(enumerable), do: enumerable |> Enum.to_list() |> :maps.from_list()

  @doc "A map from the pairs that `transform` makes of the elements."
  @spec new(Enumerable.t(), (term -> {key, value})) :: map
  def new(enumerable, transform) when is_function(transform, 1) do
    enumerable |> Enum.map(transform) |> :maps.from_list()
  end

  @doc "A map from each key to one value."
  @spec from_keys([key], value) :: map
  def from_keys(keys, value), do: :maps.from_keys(keys, value)

  @doc "A struct (or a struct's module) as a plain map."
  @spec from_struct(atom | struct) :: map
  def from_struct(struct) when is_atom(struct), do: :maps.remove(:__struct__, struct.__struct__())
  def from_struct(%_{} = struct), do: :maps.remove(:__struct__, struct)

  @doc "Whether `key` is there."
  @spec has_key?(map, key) :: boolean
  def has_key?(map, key), do: :maps.is_key(key, map)

  @doc "`{:ok, value}` or `:error`."
  @spec fetch(map, key) :: {:ok, value} | :error
  def fetch(map, key), do: :maps.find(key, map)

  @doc "The value, or raises `KeyError`."
  @spec fetch!(map, key) :: value
  def fetch!(map, key), do: :maps.get(key, map)

  @doc "The value, or `default`."
  @spec get(map, key, value) :: value
  def get(map, key, default \\ nil) do
    case map do
      %{^key => value} -> value
      # This raises for what is not a map.
      _ -> :maps.get(key, map, default)
    end
  end

  @doc "The value, or what `fun` returns."
  @spec get_lazy(map, key, (-> value)) :: value
  def get_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => value} -> value
      _ when is_map(map) -> fun.()
      _ -> :erlang.error({:badmap, map}, [map, key, fun])
    end
  end

  @doc "Puts `value` under `key`."
  @spec put(map, key, value) :: map
  def put(map, key, value), do: :maps.put(key, value, map)

  @doc "Puts `value` under `key` unless there is one."
  @spec put_new(map, key, value) :: map
  def put_new(map, key, value)
  def put_new(map, key, _value) when is_map_key(map, key), do: map
  def put_new(map, key, value), do: :maps.put(key, value, map)

  @doc "Puts what `fun` returns under `key` unless there is a value."
  @spec put_new_lazy(map, key, (-> value)) :: map
  def put_new_lazy(map, key, fun) when is_function(fun, 0) do
    if has_key?(map, key), do: map, else: :maps.put(key, fun.(), map)
  end

  @doc "Gives `key` another value, if it has one."
  @spec replace(map, key, value) :: map
  def replace(map, key, value)
  def replace(map, key, value) when is_map_key(map, key), do: %{map | key => value}
  def replace(map, _key, _value) when is_map(map), do: map
  def replace(other, _key, _value), do: :erlang.error({:badmap, other})

  @doc "Gives `key` another value; without one it raises `KeyError`."
  @spec replace!(map, key, value) :: map
  def replace!(map, key, value), do: :maps.update(key, value, map)

  @doc "Gives `key`, if it has a value, what `fun` makes of that."
  @spec replace_lazy(map, key, (value -> value)) :: map
  def replace_lazy(map, key, fun) when is_map(map) and is_function(fun, 1) do
    if has_key?(map, key), do: :maps.put(key, fun.(:maps.get(key, map)), map), else: map
  end

  @doc "The map with only these keys."
  @spec take(map, [key]) :: map
  def take(map, keys)
  def take(map, keys) when is_map(map) and is_list(keys), do: :maps.with(keys, map)
  def take(map, keys) when is_map(map), do: :maps.with(Enum.to_list(keys), map)
  def take(other, _keys), do: :erlang.error({:badmap, other})

  @doc "The map without these keys."
  @spec drop(map, [key]) :: map
  def drop(map, keys)
  def drop(map, keys) when is_map(map) and is_list(keys), do: :maps.without(keys, map)
  def drop(map, keys) when is_map(map), do: :maps.without(Enum.to_list(keys), map)
  def drop(other, _keys), do: :erlang.error({:badmap, other})

  @doc "The map with these keys, and the map with the others."
  @spec split(map, [key]) :: {map, map}
  def split(map, keys), do: {take(map, keys), drop(map, keys)}

  @doc "The pairs for which `fun` is truthy, and the others."
  @spec split_with(map, ({key, value} -> as_boolean(term))) :: {map, map}
  def split_with(map, fun) when is_map(map) and is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.to_list(map), fun)
    {:maps.from_list(yes), :maps.from_list(no)}
  end

  @doc "The map without `key`."
  @spec delete(map, key) :: map
  def delete(map, key), do: :maps.remove(key, map)

  @doc "Both maps in one; the second wins."
  @spec merge(map, map) :: map
  def merge(map1, map2), do: :maps.merge(map1, map2)

  @doc "Both maps in one; `fun` decides where both have a key."
  @spec merge(map, map, (key, value, value -> value)) :: map
  def merge(map1, map2, fun) when is_function(fun, 3), do: :maps.merge_with(fun, map1, map2)

  @doc "Gives `key` what `fun` makes of its value, or `default` where there is none."
  @spec update(map, key, value, (value -> value)) :: map
  def update(map, key, default, fun) when is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      _ -> :maps.put(key, default, map)
    end
  end

  @doc "Gives `key` what `fun` makes of its value; without one it raises `KeyError`."
  @spec update!(map, key, (value -> value)) :: map
  def update!(map, key, fun) when is_function(fun, 1) do
    :maps.put(key, fun.(:maps.get(key, map)), map)
  end

  @doc "`{value, rest}`: the value of `key`, or `default`, and the map without it."
  @spec pop(map, key, default) :: {value | default, map} when default: any
  def pop(map, key, default \\ nil) do
    with :error <- :maps.take(key, map), do: {default, map}
  end

  @doc "`pop/2` that raises `KeyError`."
  @spec pop!(map, key) :: {value, map}
  def pop!(map, key) do
    with :error <- :maps.take(key, map), do: raise(KeyError, key: key, term: map)
  end

  @doc "`pop/3` whose default `fun` gives."
  @spec pop_lazy(map, key, (-> value)) :: {value, map}
  def pop_lazy(map, key, fun) when is_function(fun, 0) do
    with :error <- :maps.take(key, map), do: {fun.(), map}
  end

  @doc "Gets and updates at once: `fun` returns `{get, new}` or `:pop`."
  @spec get_and_update(map, key, (value | nil -> {value, value} | :pop)) :: {value, map}
  def get_and_update(map, key, fun) when is_function(fun, 1) do
    exchange(fun.(get(map, key)), map, key)
  end

  @doc "`get_and_update/3` that raises `KeyError`."
  @spec get_and_update!(map, key, (value -> {value, value} | :pop)) :: {value, map}
  def get_and_update!(map, key, fun) when is_function(fun, 1), do: exchange(fun.(fetch!(map, key)), map, key)

  defp exchange(:pop, map, key), do: pop(map, key)
  defp exchange({get, new}, map, key), do: {get, put(map, key, new)}

  defp exchange(other, _map, _key) do
    raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
  end

  @doc "Whether both maps have the same pairs (`===`)."
  @spec equal?(map, map) :: boolean
  def equal?(map1, map2)
  def equal?(%{} = map1, %{} = map2), do: map1 === map2
  def equal?(%{}, other), do: :erlang.error({:badmap, other})
  def equal?(other, _map), do: :erlang.error({:badmap, other})

  @doc "The pairs for which `fun` is truthy."
  @spec filter(map, ({key, value} -> as_boolean(term))) :: map
  def filter(map, fun) when is_map(map) do
    :maps.to_list(map) |> Enum.filter(fun) |> :maps.from_list()
  end

  @doc "The pairs for which `fun` is falsy."
  @spec reject(map, ({key, value} -> as_boolean(term))) :: map
  def reject(map, fun) when is_map(map) do
    :maps.to_list(map) |> Enum.reject(fun) |> :maps.from_list()
  end

  @doc "The keys that both maps have, with the second map's values."
  @spec intersect(map, map) :: map
  def intersect(map1, map2), do: :maps.intersect(map1, map2)

  @doc "The keys that both maps have, with values from `fun`."
  @spec intersect(map, map, (key, value, value -> value)) :: map
  def intersect(map1, map2, fun) when is_function(fun, 3), do: :maps.intersect_with(fun, map1, map2)

  @doc false
  @deprecated "Use Kernel.map_size/1 instead"
  def size(map), do: map_size(map)

  @doc false
  @deprecated "Use Map.new/2 instead (invoke Map.from_struct/1 before if you have a struct)"
  def map(map, fun), do: new(map, fn {key, _} = pair -> {key, fun.(pair)} end)
end
