defmodule MapSet do
  @moduledoc "Sets of any values, without order; the values are the keys of a map."

  @type value :: term
  @opaque internal(value) :: %{optional(value) => []}
  @type t(value) :: %__MODULE__{map: internal(value)}
  @type t :: t(term)

  defstruct map: %{}

  @doc "An empty set."
  @spec new :: t
  def new, do: %MapSet{}

  @doc "The set of the elements of an enumerable."
  @spec new(Enumerable.t()) :: t
  def new(enumerable)
  def new(%MapSet{} = map_set), do: map_set
  def new(enumerable), do: %MapSet{map: :maps.from_keys(Enum.to_list(enumerable), [])}

  @doc "The set of what `transform` makes of the elements."
  @spec new(Enumerable.t(), (term -> val)) :: t(val) when val: value
  def new(enumerable, transform) when is_function(transform, 1) do
    %MapSet{map: :maps.from_keys(Enum.map(enumerable, transform), [])}
  end

  @doc "The set without `value`."
  @spec delete(t(val1), val2) :: t(val1) when val1: value, val2: value
  def delete(%MapSet{map: map} = map_set, value), do: %{map_set | map: :maps.remove(value, map)}

  @doc "The set without the elements of the other one."
  @spec difference(t(val1), t(val2)) :: t(val1) when val1: value, val2: value
  def difference(%MapSet{map: map1} = map_set, %MapSet{map: map2}) do
    if map_size(map1) < 2 * map_size(map2) do
      %{map_set | map: :maps.from_keys(for({key, _} <- :maps.to_list(map1), not is_map_key(map2, key), do: key), [])}
    else
      %{map_set | map: :maps.without(:maps.keys(map2), map1)}
    end
  end

  @doc "The elements that only one of both sets has."
  @spec symmetric_difference(t(val1), t(val2)) :: t(val1 | val2) when val1: value, val2: value
  def symmetric_difference(%MapSet{} = map_set1, %MapSet{} = map_set2) do
    union(difference(map_set1, map_set2), difference(map_set2, map_set1))
  end

  @doc "Whether the sets have no element in common."
  @spec disjoint?(t, t) :: boolean
  def disjoint?(%MapSet{map: map1}, %MapSet{map: map2}) do
    {small, large} = if map_size(map1) <= map_size(map2), do: {map1, map2}, else: {map2, map1}
    Enum.all?(:maps.keys(small), &(not is_map_key(large, &1)))
  end

  @doc "Whether both have the same elements."
  @spec equal?(t, t) :: boolean
  def equal?(%MapSet{map: map1}, %MapSet{map: map2}), do: map1 === map2

  @doc "The elements that both have."
  @spec intersection(t(val), t(val)) :: t(val) when val: value
  def intersection(%MapSet{map: map1} = map_set, %MapSet{map: map2}) do
    {small, large} = if map_size(map1) <= map_size(map2), do: {map1, map2}, else: {map2, map1}
    %{map_set | map: :maps.with(:maps.keys(small), large)}
  end

  @doc "Whether `value` is in the set."
  @spec member?(t, value) :: boolean
  def member?(%MapSet{map: map}, value), do: is_map_key(map, value)

  @doc "The set with `value`."
  @spec put(t(val), new_val) :: t(val | new_val) when val: value, new_val: value
  def put(%MapSet{map: map} = map_set, value), do: %{map_set | map: :maps.put(value, [], map)}

  @doc "The number of elements."
  @spec size(t) :: non_neg_integer
  def size(%MapSet{map: map}), do: map_size(map)

  @doc "Whether all elements of the first set are in the second."
  @spec subset?(t, t) :: boolean
  def subset?(%MapSet{map: map1}, %MapSet{map: map2}) do
    map_size(map1) <= map_size(map2) and Enum.all?(:maps.keys(map1), &is_map_key(map2, &1))
  end

  @doc "The elements as a list."
  @spec to_list(t(val)) :: [val] when val: value
  def to_list(%MapSet{map: map}), do: :maps.keys(map)

  @doc "The elements of both."
  @spec union(t(val1), t(val2)) :: t(val1 | val2) when val1: value, val2: value
  def union(%MapSet{map: map1} = map_set, %MapSet{map: map2}), do: %{map_set | map: :maps.merge(map1, map2)}

  @doc "The elements for which `fun` is truthy."
  @spec filter(t(a), (a -> as_boolean(term))) :: t(a) when a: value
  def filter(%MapSet{map: map} = map_set, fun) when is_function(fun) do
    %{map_set | map: :maps.from_keys(Enum.filter(:maps.keys(map), fun), [])}
  end

  @doc "The elements for which `fun` is falsy."
  @spec reject(t(a), (a -> as_boolean(term))) :: t(a) when a: value
  def reject(%MapSet{map: map} = map_set, fun) when is_function(fun) do
    %{map_set | map: :maps.from_keys(Enum.reject(:maps.keys(map), fun), [])}
  end

  @doc "The elements for which `fun` is truthy, and the others."
  @spec split_with(t, (any -> as_boolean(term))) :: {t, t}
  def split_with(%MapSet{map: map}, fun) when is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.keys(map), fun)
    {%MapSet{map: :maps.from_keys(yes, [])}, %MapSet{map: :maps.from_keys(no, [])}}
  end
end

defimpl Enumerable, for: MapSet do
  def count(map_set), do: {:ok, MapSet.size(map_set)}
  def member?(map_set, value), do: {:ok, MapSet.member?(map_set, value)}
  def reduce(map_set, acc, fun), do: Enumerable.List.reduce(MapSet.to_list(map_set), acc, fun)
  def slice(map_set), do: {:ok, MapSet.size(map_set), &MapSet.to_list/1}
end

defimpl Collectable, for: MapSet do
  def into(%MapSet{map: map} = map_set) do
    collector = fn
      keys, {:cont, value} -> [value | keys]
      keys, :done -> %{map_set | map: :maps.merge(map, :maps.from_keys(keys, []))}
      _keys, :halt -> :ok
    end

    {[], collector}
  end
end

defimpl Inspect, for: MapSet do
  import Inspect.Algebra

  def inspect(map_set, opts) do
    opts = %{opts | charlists: :as_lists}
    concat(["MapSet.new(", Inspect.List.inspect(MapSet.to_list(map_set), opts), ")"])
  end
end
