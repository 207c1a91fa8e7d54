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

  @doc "A map from an enumerable of pairs."
  @spec new(Enumerable.t()) :: map
  def new(enumerable)
  def new(list) when is_list(list), do: :maps.from_list(list)
  def new(%_{} = enumerable), do: new_from(enumerable)
  def new(%{} = map), do: map
  def new(enumerable), do: new_from(enumerable)

  defp new_from(enumerable), do: enumerable |> Enum.to_list() |> :maps.from_list()

  @doc "A map from an enumerable whose elements `transform` turns into pairs."
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
      %{} -> default
      other -> :erlang.error({:badmap, other}, [map, key, default])
    end
  end

  @doc "The value, or what `fun` returns."
  @spec get_lazy(map, key, (-> value)) :: value
  def get_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => value} -> value
      %{} -> fun.()
      other -> :erlang.error({:badmap, other}, [map, key, fun])
    end
  end

  @doc "Puts `value` under `key`."
  @spec put(map, key, value) :: map
  def put(map, key, value), do: :maps.put(key, value, map)

  @doc "Puts `value` under `key` unless there is one."
  @spec put_new(map, key, value) :: map
  def put_new(map, key, value) do
    case map do
      %{^key => _value} -> map
      %{} -> :maps.put(key, value, map)
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc "Puts what `fun` returns under `key` unless there is a value."
  @spec put_new_lazy(map, key, (-> value)) :: map
  def put_new_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => _value} -> map
      %{} -> :maps.put(key, fun.(), map)
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc "Replaces the value under `key`, if there is one."
  @spec replace(map, key, value) :: map
  def replace(map, key, value) do
    case map do
      %{^key => _value} -> %{map | key => value}
      %{} -> map
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc "Replaces the value under `key`, or raises `KeyError`."
  @spec replace!(map, key, value) :: map
  def replace!(map, key, value), do: :maps.update(key, value, map)

  @doc "Replaces the value under `key`, if there is one, with what `fun` makes of it."
  @spec replace_lazy(map, key, (value -> value)) :: map
  def replace_lazy(map, key, fun) when is_map(map) and is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> map
    end
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
  def split(map, keys) when is_map(map), do: split(Enum.to_list(keys), [], map)
  def split(other, _keys), do: :erlang.error({:badmap, other})

  defp split([key | rest], taken, map) do
    case map do
      %{^key => value} -> split(rest, [{key, value} | taken], :maps.remove(key, map))
      %{} -> split(rest, taken, map)
    end
  end

  defp split([], taken, map), do: {:maps.from_list(taken), map}

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

  @doc "Updates the value under `key`, or puts `default`."
  @spec update(map, key, value, (value -> value)) :: map
  def update(map, key, default, fun) when is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> :maps.put(key, default, map)
      other -> :erlang.error({:badmap, other}, [map, key, default, fun])
    end
  end

  @doc "Updates the value under `key`, or raises `KeyError`."
  @spec update!(map, key, (value -> value)) :: map
  def update!(map, key, fun) when is_function(fun, 1) do
    value = :maps.get(key, map)
    %{map | key => fun.(value)}
  end

  @doc "Takes the value under `key` out, with the rest."
  @spec pop(map, key, default) :: {value | default, map} when default: any
  def pop(map, key, default \\ nil) do
    case :maps.take(key, map) do
      {_value, _rest} = taken -> taken
      :error -> {default, map}
    end
  end

  @doc "`pop/2` that raises `KeyError`."
  @spec pop!(map, key) :: {value, map}
  def pop!(map, key) do
    case :maps.take(key, map) do
      {_value, _rest} = taken -> taken
      :error -> raise KeyError, key: key, term: map
    end
  end

  @doc "`pop/3` whose default `fun` gives."
  @spec pop_lazy(map, key, (-> value)) :: {value, map}
  def pop_lazy(map, key, fun) when is_function(fun, 0) do
    case :maps.take(key, map) do
      {_value, _rest} = taken -> taken
      :error -> {fun.(), map}
    end
  end

  @doc "Gets and updates at once: `fun` returns `{get, new}` or `:pop`."
  @spec get_and_update(map, key, (value | nil -> {value, value} | :pop)) :: {value, map}
  def get_and_update(map, key, fun) when is_function(fun, 1) do
    current = get(map, key)

    case fun.(current) do
      {get, update} -> {get, put(map, key, update)}
      :pop -> {current, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  @doc "`get_and_update/3` that raises `KeyError`."
  @spec get_and_update!(map, key, (value -> {value, value} | :pop)) :: {value, map}
  def get_and_update!(map, key, fun) when is_function(fun, 1) do
    value = fetch!(map, key)

    case fun.(value) do
      {get, update} -> {get, %{map | key => update}}
      :pop -> {value, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
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
  @deprecated "Use map_size/1 instead"
  def size(map), do: map_size(map)

  @doc false
  @deprecated "Use Enum.map/2 + Map.new/1 instead"
  def map(map, fun), do: new(map, fn {key, _} = pair -> {key, fun.(pair)} end)
end
