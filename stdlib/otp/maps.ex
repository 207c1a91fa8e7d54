defmodule :maps do
  @moduledoc false
  # Erlang's map functions, those that are not native.

  @info [error_info: %{module: :erl_stdlib_errors}]

  def new, do: %{}

  @doc false
  # An iterator in the order that `fun` tells of keys; `iterator/2` goes on with this.
  def iterator_by(map, fun) do
    pairs = :lists.sort(fn {a, _}, {b, _} -> fun.(a, b) end, :maps.to_list(map))
    :lists.foldr(fn {key, value}, rest -> {key, value, rest} end, :none, pairs)
  end

  def filter(pred, map) when is_function(pred, 2) and is_map(map) do
    :maps.from_list(for_pairs(:maps.to_list(map), pred))
  end

  def filter(pred, iterator) when is_function(pred, 2) do
    :maps.from_list(for_pairs(iterator_pairs(iterator, [pred, iterator]), pred))
  end

  def filter(pred, map), do: bad(pred, map)

  defp for_pairs([{key, value} = pair | rest], pred) do
    case pred.(key, value) do
      true -> [pair | for_pairs(rest, pred)]
      false -> for_pairs(rest, pred)
    end
  end

  defp for_pairs([], _pred), do: []

  def filtermap(fun, map) when is_function(fun, 2) and is_map(map) do
    :maps.from_list(filtermap_1(:maps.to_list(map), fun))
  end

  def filtermap(fun, iterator) when is_function(fun, 2), do: filtermap(fun, from_iterator(iterator, [fun, iterator]))
  def filtermap(fun, map), do: bad(fun, map)

  defp filtermap_1([{key, value} | rest], fun) do
    case fun.(key, value) do
      true -> [{key, value} | filtermap_1(rest, fun)]
      {true, new} -> [{key, new} | filtermap_1(rest, fun)]
      false -> filtermap_1(rest, fun)
    end
  end

  defp filtermap_1([], _fun), do: []

  def fold(fun, acc, map) when is_function(fun, 3) and is_map(map), do: fold_1(fun, acc, :maps.to_list(map))

  def fold(fun, acc, iterator) when is_function(fun, 3) do
    fold_1(fun, acc, iterator_pairs(iterator, [fun, acc, iterator]))
  end

  def fold(fun, acc, map), do: :erlang.error(:badarg, [fun, acc, map], @info)

  defp fold_1(fun, acc, [{key, value} | rest]), do: fold_1(fun, fun.(key, value, acc), rest)
  defp fold_1(_fun, acc, []), do: acc

  def foreach(fun, map) when is_function(fun, 2) and is_map(map), do: foreach_1(fun, :maps.to_list(map))
  def foreach(fun, iterator) when is_function(fun, 2), do: foreach_1(fun, iterator_pairs(iterator, [fun, iterator]))
  def foreach(fun, map), do: bad(fun, map)

  defp foreach_1(fun, [{key, value} | rest]) do
    fun.(key, value)
    foreach_1(fun, rest)
  end

  defp foreach_1(_fun, []), do: :ok

  def map(fun, map) when is_function(fun, 2) and is_map(map) do
    :maps.from_list(map_1(fun, :maps.to_list(map)))
  end

  def map(fun, iterator) when is_function(fun, 2) do
    :maps.from_list(map_1(fun, iterator_pairs(iterator, [fun, iterator])))
  end

  def map(fun, map), do: bad(fun, map)

  defp map_1(fun, [{key, value} | rest]), do: [{key, fun.(key, value)} | map_1(fun, rest)]
  defp map_1(_fun, []), do: []

  def with(keys, map) when is_list(keys) and is_map(map), do: :maps.from_list(with_1(keys, map))
  def with(keys, map) when is_list(keys), do: :erlang.error({:badmap, map}, [keys, map], @info)
  def with(keys, map), do: :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [keys, map], @info)

  defp with_1([key | rest], map) do
    case map do
      %{^key => value} -> [{key, value} | with_1(rest, map)]
      _ -> with_1(rest, map)
    end
  end

  defp with_1([], _map), do: []

  def without(keys, map) when is_list(keys) and is_map(map), do: without_1(keys, map)
  def without(keys, map), do: :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [keys, map], @info)

  defp without_1([key | rest], map), do: without_1(rest, :maps.remove(key, map))
  defp without_1([], map), do: map

  def update_with(key, fun, map) when is_function(fun, 1) and is_map(map) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      _ -> :erlang.error({:badkey, key}, [key, fun, map], @info)
    end
  end

  def update_with(key, fun, map) do
    :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [key, fun, map], @info)
  end

  def update_with(key, fun, init, map) when is_function(fun, 1) and is_map(map) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      _ -> :maps.put(key, init, map)
    end
  end

  def update_with(key, fun, init, map) do
    :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [key, fun, init, map], @info)
  end

  def from_keys(keys, value) when is_list(keys), do: :maps.from_list(keys_1(keys, value))
  def from_keys(keys, value), do: :erlang.error(:badarg, [keys, value], @info)

  defp keys_1([key | rest], value), do: [{key, value} | keys_1(rest, value)]
  defp keys_1([], _value), do: []

  def merge_with(combiner, map1, map2) when is_function(combiner, 3) and is_map(map1) and is_map(map2) do
    merge_with_1(:maps.to_list(map2), map1, combiner)
  end

  def merge_with(combiner, map1, map2) do
    reason =
      cond do
        not is_map(map1) -> {:badmap, map1}
        not is_map(map2) -> {:badmap, map2}
        true -> :badarg
      end

    :erlang.error(reason, [combiner, map1, map2], @info)
  end

  defp merge_with_1([{key, value2} | rest], map, combiner) do
    case map do
      %{^key => value1} -> merge_with_1(rest, %{map | key => combiner.(key, value1, value2)}, combiner)
      _ -> merge_with_1(rest, :maps.put(key, value2, map), combiner)
    end
  end

  defp merge_with_1([], map, _combiner), do: map

  def intersect(map1, map2) when is_map(map1) and is_map(map2) do
    if map_size(map1) <= map_size(map2),
      do: :maps.with(:maps.keys(map1), map2),
      else: :maps.from_list(for_pairs(:maps.to_list(map2), fn key, _ -> is_map_key(map1, key) end))
  end

  def intersect(map1, map2) do
    :erlang.error({:badmap, if(is_map(map1), do: map2, else: map1)}, [map1, map2], @info)
  end

  def intersect_with(combiner, map1, map2) when is_function(combiner, 3) and is_map(map1) and is_map(map2) do
    :maps.from_list(intersect_1(:maps.to_list(map1), map2, combiner))
  end

  def intersect_with(combiner, map1, map2) do
    reason =
      cond do
        not is_map(map1) -> {:badmap, map1}
        not is_map(map2) -> {:badmap, map2}
        true -> :badarg
      end

    :erlang.error(reason, [combiner, map1, map2], @info)
  end

  defp intersect_1([{key, value1} | rest], map2, combiner) do
    case map2 do
      %{^key => value2} -> [{key, combiner.(key, value1, value2)} | intersect_1(rest, map2, combiner)]
      _ -> intersect_1(rest, map2, combiner)
    end
  end

  defp intersect_1([], _map2, _combiner), do: []

  def groups_from_list(fun, list) when is_function(fun, 1) and is_list(list) do
    groups_1(:lists.reverse(list), fun, fn x -> x end, %{})
  end

  def groups_from_list(fun, list), do: :erlang.error(:badarg, [fun, list], @info)

  def groups_from_list(fun, value_fun, list) when is_function(fun, 1) and is_function(value_fun, 1) and is_list(list) do
    groups_1(:lists.reverse(list), fun, value_fun, %{})
  end

  def groups_from_list(fun, value_fun, list), do: :erlang.error(:badarg, [fun, value_fun, list], @info)

  defp groups_1([head | tail], fun, value_fun, acc) do
    key = fun.(head)
    value = value_fun.(head)

    case acc do
      %{^key => group} -> groups_1(tail, fun, value_fun, %{acc | key => [value | group]})
      _ -> groups_1(tail, fun, value_fun, :maps.put(key, [value], acc))
    end
  end

  defp groups_1([], _fun, _value_fun, acc), do: acc

  ## Iterators: improper lists `[path | map]`, ended ones are :none; ordered ones hold their keys.

  def iterator(map) when is_map(map), do: [:maps.keys(map) | map]
  def iterator(map), do: :erlang.error({:badmap, map}, [map], @info)

  def iterator(map, :undefined) when is_map(map), do: iterator(map)
  def iterator(map, :ordered) when is_map(map), do: [:lists.sort(:maps.keys(map)) | map]
  def iterator(map, :reversed) when is_map(map), do: [:lists.reverse(:lists.sort(:maps.keys(map))) | map]
  def iterator(map, fun) when is_map(map) and is_function(fun, 2), do: [:lists.sort(fun, :maps.keys(map)) | map]

  def iterator(map, order) do
    :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [map, order], @info)
  end

  def next([[key | rest] | map]) when is_map(map), do: {key, :maps.get(key, map), [rest | map]}
  def next([[] | map]) when is_map(map), do: :none
  def next(:none), do: :none
  def next({key, value, iterator}), do: {key, value, iterator}
  def next(iterator), do: :erlang.error(:badarg, [iterator], @info)

  def is_iterator_valid(iterator) do
    try do
      next(iterator)
      true
    catch
      :error, :badarg -> false
    end
  end

  defp iterator_pairs(iterator, args) do
    case iterator do
      [_ | map] when is_map(map) -> :maps.to_list(iterator)
      :none -> []
      {_, _, _} -> :maps.to_list(iterator)
      other -> :erlang.error({:badmap, other}, args, @info)
    end
  end

  defp from_iterator(iterator, args), do: :maps.from_list(iterator_pairs(iterator, args))

  defp bad(fun, map) do
    reason = if is_map(map), do: :badarg, else: {:badmap, map}
    :erlang.error(reason, [fun, map], @info)
  end
end
