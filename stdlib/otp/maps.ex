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
    :maps.from_list(kept_as(:maps.to_list(map), fun))
  end

  def filtermap(fun, iterator) when is_function(fun, 2), do: filtermap(fun, from_iterator(iterator, [fun, iterator]))
  def filtermap(fun, map), do: bad(fun, map)

  defp kept_as([{key, value} | rest], fun) do
    case fun.(key, value) do
      true -> [{key, value} | kept_as(rest, fun)]
      {true, new} -> [{key, new} | kept_as(rest, fun)]
      false -> kept_as(rest, fun)
    end
  end

  defp kept_as([], _fun), do: []

  def fold(fun, acc, map) when is_function(fun, 3) and is_map(map), do: folded(fun, acc, :maps.to_list(map))

  def fold(fun, acc, iterator) when is_function(fun, 3) do
    folded(fun, acc, iterator_pairs(iterator, [fun, acc, iterator]))
  end

  def fold(fun, acc, map), do: :erlang.error(:badarg, [fun, acc, map], @info)

  defp folded(fun, acc, [{key, value} | rest]), do: folded(fun, fun.(key, value, acc), rest)
  defp folded(_fun, acc, []), do: acc

  def foreach(fun, map) when is_function(fun, 2) and is_map(map), do: visit(fun, :maps.to_list(map))
  def foreach(fun, iterator) when is_function(fun, 2), do: visit(fun, iterator_pairs(iterator, [fun, iterator]))
  def foreach(fun, map), do: bad(fun, map)

  defp visit(fun, [{key, value} | rest]) do
    fun.(key, value)
    visit(fun, rest)
  end

  defp visit(_fun, []), do: :ok

  def map(fun, map) when is_function(fun, 2) and is_map(map) do
    :maps.from_list(mapped(fun, :maps.to_list(map)))
  end

  def map(fun, iterator) when is_function(fun, 2) do
    :maps.from_list(mapped(fun, iterator_pairs(iterator, [fun, iterator])))
  end

  def map(fun, map), do: bad(fun, map)

  defp mapped(fun, [{key, value} | rest]), do: [{key, fun.(key, value)} | mapped(fun, rest)]
  defp mapped(_fun, []), do: []

  def with(keys, map) when is_list(keys) and is_map(map), do: :maps.from_list(picked(keys, map))
  def with(keys, map) when is_list(keys), do: :erlang.error({:badmap, map}, [keys, map], @info)
  def with(keys, map), do: :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [keys, map], @info)

  defp picked([key | rest], map) do
    case map do
      %{^key => value} -> [{key, value} | picked(rest, map)]
      _ -> picked(rest, map)
    end
  end

  defp picked([], _map), do: []

  def without(keys, map) when is_list(keys) and is_map(map), do: each_without(keys, map)
  def without(keys, map), do: :erlang.error(if(is_map(map), do: :badarg, else: {:badmap, map}), [keys, map], @info)

  defp each_without([key | rest], map), do: each_without(rest, :maps.remove(key, map))
  defp each_without([], map), do: map

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

  def from_keys(keys, value) when is_list(keys), do: :maps.from_list(each_keys(keys, value))
  def from_keys(keys, value), do: :erlang.error(:badarg, [keys, value], @info)

  defp each_keys([key | rest], value), do: [{key, value} | each_keys(rest, value)]
  defp each_keys([], _value), do: []

  def merge_with(combiner, map1, map2) when is_function(combiner, 3) and is_map(map1) and is_map(map2) do
    merged(:maps.to_list(map2), map1, combiner)
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

  defp merged([{key, value2} | rest], map, combiner) do
    case map do
      %{^key => value1} -> merged(rest, %{map | key => combiner.(key, value1, value2)}, combiner)
      _ -> merged(rest, :maps.put(key, value2, map), combiner)
    end
  end

  defp merged([], map, _combiner), do: map

  def intersect(map1, map2) when is_map(map1) and is_map(map2) do
    if map_size(map1) <= map_size(map2),
      do: :maps.with(:maps.keys(map1), map2),
      else: :maps.from_list(for_pairs(:maps.to_list(map2), fn key, _ -> is_map_key(map1, key) end))
  end

  def intersect(map1, map2) do
    :erlang.error({:badmap, if(is_map(map1), do: map2, else: map1)}, [map1, map2], @info)
  end

  def intersect_with(combiner, map1, map2) when is_function(combiner, 3) and is_map(map1) and is_map(map2) do
    :maps.from_list(each_intersect(:maps.to_list(map1), map2, combiner))
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

  defp each_intersect([{key, value1} | rest], map2, combiner) do
    case map2 do
      %{^key => value2} -> [{key, combiner.(key, value1, value2)} | each_intersect(rest, map2, combiner)]
      _ -> each_intersect(rest, map2, combiner)
    end
  end

  defp each_intersect([], _map2, _combiner), do: []

  def groups_from_list(fun, list) when is_function(fun, 1) and is_list(list) do
    each_groups(:lists.reverse(list), fun, fn x -> x end, %{})
  end

  def groups_from_list(fun, list), do: :erlang.error(:badarg, [fun, list], @info)

  def groups_from_list(fun, value_fun, list) when is_function(fun, 1) and is_function(value_fun, 1) and is_list(list) do
    each_groups(:lists.reverse(list), fun, value_fun, %{})
  end

  def groups_from_list(fun, value_fun, list), do: :erlang.error(:badarg, [fun, value_fun, list], @info)

  defp each_groups([head | tail], fun, value_fun, acc) do
    key = fun.(head)
    value = value_fun.(head)

    case acc do
      %{^key => group} -> each_groups(tail, fun, value_fun, %{acc | key => [value | group]})
      _ -> each_groups(tail, fun, value_fun, :maps.put(key, [value], acc))
    end
  end

  defp each_groups([], _fun, _value_fun, acc), do: acc

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
