defmodule :array do
  @moduledoc false
  # Functional arrays that grow: `{:array, size, fixed, default, entries}`. The entries are a map from index to what was
  # set there; what is not in it has the default.

  def new, do: new([])

  def new(options) do
    {size, fixed, default} = options(List.wrap(options), {0, :none, :undefined})
    {:array, size, fixed == true or (fixed == :none and size > 0), default, %{}}
  end

  def new(size, options) when is_integer(size) and size >= 0 do
    {size, fixed, default} = options(List.wrap(options), {size, true, :undefined})
    {:array, size, fixed == true, default, %{}}
  end

  def new(_, _), do: :erlang.error(:badarg)

  defp options([], acc), do: acc
  defp options([:fixed | rest], {size, _, default}), do: options(rest, {size, true, default})
  defp options([{:fixed, fixed} | rest], {size, _, default}) when is_boolean(fixed), do: options(rest, {size, fixed, default})
  defp options([{:default, default} | rest], {size, fixed, _}), do: options(rest, {size, fixed, default})

  defp options([{:size, size} | rest], {_, fixed, default}) when is_integer(size) and size >= 0,
    do: options(rest, {size, if(fixed == :none, do: true, else: fixed), default})

  defp options([size | rest], {_, fixed, default}) when is_integer(size) and size >= 0,
    do: options(rest, {size, if(fixed == :none, do: true, else: fixed), default})

  defp options(_, _), do: :erlang.error(:badarg)

  def is_array({:array, size, fixed, _, entries}) when is_integer(size) and is_boolean(fixed) and is_map(entries), do: true
  def is_array(_), do: false

  def size({:array, size, _, _, _}), do: size
  def size(_), do: :erlang.error(:badarg)

  def default({:array, _, _, default, _}), do: default
  def default(_), do: :erlang.error(:badarg)

  def is_fix({:array, _, fixed, _, _}), do: fixed
  def is_fix(_), do: false

  def fix({:array, size, _, default, entries}), do: {:array, size, true, default, entries}
  def fix(_), do: :erlang.error(:badarg)

  def relax({:array, size, _, default, entries}), do: {:array, size, false, default, entries}
  def relax(_), do: :erlang.error(:badarg)

  def resize(array), do: resize(sparse_size(array), array)

  def resize(size, {:array, old, fixed, default, entries}) when is_integer(size) and size >= 0 do
    entries = if size < old, do: :maps.filter(fn index, _ -> index < size end, entries), else: entries
    {:array, size, fixed, default, entries}
  end

  def resize(_, _), do: :erlang.error(:badarg)

  def set(index, value, {:array, size, fixed, default, entries}) when is_integer(index) and index >= 0 do
    cond do
      index < size -> {:array, size, fixed, default, :maps.put(index, value, entries)}
      fixed -> :erlang.error(:badarg)
      true -> {:array, index + 1, fixed, default, :maps.put(index, value, entries)}
    end
  end

  def set(_, _, _), do: :erlang.error(:badarg)

  def get(index, {:array, size, fixed, default, entries}) when is_integer(index) and index >= 0 do
    if index >= size and fixed, do: :erlang.error(:badarg), else: :maps.get(index, entries, default)
  end

  def get(_, _), do: :erlang.error(:badarg)

  def reset(index, {:array, size, fixed, default, entries}) when is_integer(index) and index >= 0 do
    if index >= size and fixed,
      do: :erlang.error(:badarg),
      else: {:array, size, fixed, default, :maps.remove(index, entries)}
  end

  def reset(_, _), do: :erlang.error(:badarg)

  def to_list({:array, 0, _, _, _}), do: []

  def to_list({:array, size, _, default, entries}),
    do: :lists.map(&:maps.get(&1, entries, default), :lists.seq(0, size - 1))

  def to_list(_), do: :erlang.error(:badarg)

  def sparse_to_list(array), do: :lists.map(&:erlang.element(2, &1), sparse_to_orddict(array))

  def from_list(list), do: from_list(list, :undefined)

  def from_list(list, default) when is_list(list) do
    size = length(list)
    pairs = if size == 0, do: [], else: :lists.zip(:lists.seq(0, size - 1), list)
    {:array, size, false, default, :maps.from_list(pairs)}
  end

  def from_list(_, _), do: :erlang.error(:badarg)

  def to_orddict({:array, 0, _, _, _}), do: []

  def to_orddict({:array, size, _, default, entries}),
    do: :lists.map(&{&1, :maps.get(&1, entries, default)}, :lists.seq(0, size - 1))

  def to_orddict(_), do: :erlang.error(:badarg)

  def sparse_to_orddict({:array, _, _, default, entries}),
    do: :lists.filter(fn {_, value} -> value !== default end, :lists.sort(:maps.to_list(entries)))

  def sparse_to_orddict(_), do: :erlang.error(:badarg)

  def from_orddict(pairs), do: from_orddict(pairs, :undefined)

  def from_orddict(pairs, default) when is_list(pairs) do
    size = ascending(pairs, 0)
    {:array, size, false, default, :maps.from_list(pairs)}
  end

  def from_orddict(_, _), do: :erlang.error(:badarg)

  defp ascending([], size), do: size
  defp ascending([{index, _} | rest], size) when is_integer(index) and index >= size, do: ascending(rest, index + 1)
  defp ascending(_, _), do: :erlang.error(:badarg)

  def map(fun, {:array, size, fixed, default, _} = array) when is_function(fun, 2) do
    pairs = :lists.map(fn {index, value} -> {index, fun.(index, value)} end, to_orddict(array))
    {:array, size, fixed, default, :maps.from_list(pairs)}
  end

  def map(_, _), do: :erlang.error(:badarg)

  def sparse_map(fun, {:array, size, fixed, default, _} = array) when is_function(fun, 2) do
    pairs = :lists.map(fn {index, value} -> {index, fun.(index, value)} end, sparse_to_orddict(array))
    {:array, size, fixed, default, :maps.from_list(pairs)}
  end

  def sparse_map(_, _), do: :erlang.error(:badarg)

  def foldl(fun, acc, array) when is_function(fun, 3), do: over(fun, acc, to_orddict(array))
  def foldl(_, _, _), do: :erlang.error(:badarg)

  def foldr(fun, acc, array) when is_function(fun, 3), do: over(fun, acc, :lists.reverse(to_orddict(array)))
  def foldr(_, _, _), do: :erlang.error(:badarg)

  def sparse_foldl(fun, acc, array) when is_function(fun, 3), do: over(fun, acc, sparse_to_orddict(array))
  def sparse_foldl(_, _, _), do: :erlang.error(:badarg)

  def sparse_foldr(fun, acc, array) when is_function(fun, 3),
    do: over(fun, acc, :lists.reverse(sparse_to_orddict(array)))

  def sparse_foldr(_, _, _), do: :erlang.error(:badarg)

  defp over(fun, acc, pairs), do: :lists.foldl(fn {index, value}, acc -> fun.(index, value, acc) end, acc, pairs)

  def sparse_size(array) do
    case :lists.reverse(sparse_to_orddict(array)) do
      [{index, _} | _] -> index + 1
      [] -> 0
    end
  end
end
