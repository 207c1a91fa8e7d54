defmodule Access do
  @moduledoc """
  Access to parts of data by key: what `data[key]`, `get_in/2` and their like are made of.

  Keyword lists, maps and structs whose module has `fetch/2`, `get_and_update/3` and `pop/2` take part.
  """

  @type container :: keyword | struct | map
  @type nil_container :: nil
  @type t :: container | nil_container | any
  @type key :: any
  @type value :: any
  @type access_fun :: function

  @callback fetch(term :: t, key) :: {:ok, value} | :error
  @callback get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) ::
              {current_value, new_data :: data}
            when current_value: value, data: container
  @callback pop(data, key) :: {value, data} when data: container

  @doc "`{:ok, value}` of a key, or `:error`."
  @spec fetch(container, term) :: {:ok, term} | :error
  def fetch(container, key)
  def fetch(map, key) when is_non_struct_map(map), do: :maps.find(key, map)
  def fetch(list, key) when is_list(list) and is_atom(key), do: Keyword.fetch(list, key)
  def fetch(list, key) when is_list(list), do: not_an_atom(key)
  def fetch(nil, _key), do: :error
  def fetch(%module{} = struct, key), do: call(module, :fetch, [struct, key])

  @doc "The value of a key, or raises `KeyError`."
  @spec fetch!(container, term) :: term
  def fetch!(container, key) do
    with :error <- fetch(container, key) do
      raise KeyError, key: key, term: container
    else
      {:ok, value} -> value
    end
  end

  @doc "The value of a key, or `default`."
  @spec get(container, term, term) :: term
  def get(container, key, default \\ nil)
  def get(map, key, default) when is_non_struct_map(map), do: Map.get(map, key, default)
  def get(nil, _key, default), do: default
  def get(list, key, default) when is_list(list) and is_atom(key), do: Keyword.get(list, key, default)

  def get(list, key, _default) when is_list(list) and is_integer(key) do
    raise ArgumentError, by_index(key, "access", "Enum.at/2")
  end

  def get(list, key, _default) when is_list(list) do
    raise ArgumentError, not_keyword(key) <> "\n\nIf you want to search lists of tuples, use List.keyfind/3"
  end

  def get(%_{} = struct, key, default) do
    case fetch(struct, key) do
      {:ok, value} -> value
      :error -> default
    end
  end

  defp not_an_atom(key) do
    raise ArgumentError, "the Access calls for keywords expect the key to be an atom, got: " <> inspect(key)
  end

  @doc "Gets and updates at once: `fun` returns `{get, new}` or `:pop`."
  @spec get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) ::
          {current_value, new_data :: data}
        when data: container, current_value: var
  def get_and_update(container, key, fun)
  def get_and_update(map, key, fun) when is_non_struct_map(map), do: Map.get_and_update(map, key, fun)
  def get_and_update(list, key, fun) when is_list(list) and is_atom(key), do: Keyword.get_and_update(list, key, fun)
  def get_and_update(list, key, _fun) when is_list(list) and is_integer(key), do: raise(ArgumentError, by_index(key, "modify", "Access.at/1"))
  def get_and_update(list, key, _fun) when is_list(list), do: raise(ArgumentError, not_keyword(key))
  def get_and_update(%module{} = struct, key, fun), do: call(module, :get_and_update, [struct, key, fun])

  def get_and_update(nil, key, _fun) do
    raise ArgumentError, "could not put/update key #{inspect(key)} on a nil value"
  end

  defp by_index(key, to_do, instead) do
    """
    the Access module does not support accessing lists by index, got: #{inspect(key)}

    Accessing a list by index is typically discouraged in Elixir, \
    instead we prefer to use the Enum module to manipulate lists \
    as a whole. If you really must #{to_do} a list element by index, \
    you can use #{instead} or the functions in the List module\
    """
  end

  defp not_keyword(key), do: "the Access module supports only keyword lists (with atom keys), got: " <> inspect(key)

  @doc "Takes the value of a key out."
  @spec pop(data, key) :: {value, data} when data: container
  def pop(container, key)
  def pop(%module{} = container, key), do: call(module, :pop, [container, key])
  def pop(map, key) when is_map(map), do: Map.pop(map, key)
  def pop(list, key) when is_list(list), do: Keyword.pop(list, key)
  def pop(nil, key), do: raise(ArgumentError, "could not pop key #{inspect(key)} on a nil value")

  # A struct whose module lacks the callback says so.
  defp call(module, callback, arguments) do
    apply(module, callback, arguments)
  rescue
    error in UndefinedFunctionError ->
      if error.module == module and error.function == callback,
        do: raise(%{error | reason: no_behaviour(module)}),
        else: reraise(error, __STACKTRACE__)
  end

  defp no_behaviour(module) do
    "#{inspect(module)} does not implement the Access behaviour\n\n" <>
      "You can use the \"struct.field\" syntax to access struct fields. " <>
      "You can also use Access.key!/1 to access struct fields dynamically inside get_in/put_in/update_in"
  end

  ## Accessors: functions of `:get` or `:get_and_update`, the data, and what is done with the part

  @doc "The key of a map or struct; a part that is missing is `default`."
  @spec key(key, term) :: access_fun
  def key(key, default \\ nil) do
    fn
      operation, nil, next -> in_map(operation, nil, key, default, next)
      operation, map, next -> in_map(operation, map, key, Map.get(map, key, default), next)
    end
  end

  @doc "The key of a map or struct, which must be there."
  @spec key!(key) :: access_fun
  def key!(key) do
    fn
      operation, map, next when is_map(map) -> in_map(operation, map, key, Map.fetch!(map, key), next)
      _operation, other, _next -> raise "Access.key!/1 expected a map/struct, got: #{inspect(other)}"
    end
  end

  defp in_map(:get, _map, _key, value, next), do: next.(value)

  defp in_map(:get_and_update, map, key, value, next) do
    case next.(value) do
      :pop -> {value, Map.delete(map, key)}
      {got, new} -> {got, Map.put(map, key, new)}
    end
  end

  @doc "The element of a tuple at a position from 0."
  @spec elem(non_neg_integer) :: access_fun
  def elem(index) when is_integer(index) and index >= 0 do
    fn
      :get, tuple, next when is_tuple(tuple) -> next.(Kernel.elem(tuple, index))
      :get_and_update, tuple, next when is_tuple(tuple) -> in_tuple(next.(Kernel.elem(tuple, index)), tuple, index)
      _operation, other, _next -> raise "Access.elem/1 expected a tuple, got: #{inspect(other)}"
    end
  end

  defp in_tuple({got, new}, tuple, index), do: {got, put_elem(tuple, index, new)}
  defp in_tuple(:pop, _tuple, _index), do: raise("cannot pop data from a tuple")

  @doc "Every element of a list."
  @spec all() :: access_fun
  def all, do: in_list("all/0", &Enum.map/2, &Access.Elements.update/2)

  @doc "The element of a list at `index` (negative: from the end), or `nil`."
  @spec at(integer) :: access_fun
  def at(index) when is_integer(index) do
    in_list(
      "at/1",
      fn list, next -> list |> Enum.at(index) |> next.() end,
      fn list, next -> Access.Elements.update_at(list, index, next, fn -> {nil, list} end) end
    )
  end

  @doc "The element of a list at `index` (negative: from the end), which must be there."
  @spec at!(integer) :: access_fun
  def at!(index) when is_integer(index) do
    in_list(
      "at!/1",
      fn list, next -> list |> Enum.fetch!(index) |> next.() end,
      fn list, next -> Access.Elements.update_at(list, index, next, fn -> raise Enum.OutOfBoundsError end) end
    )
  end

  @doc "The elements of a list for which `func` is truthy."
  @spec filter((term -> boolean)) :: access_fun
  def filter(func) when is_function(func) do
    in_list(
      "filter/1",
      fn list, next -> for element <- list, func.(element), do: next.(element) end,
      fn list, next -> Access.Elements.update(list, next, func) end
    )
  end

  @doc "The elements of a list at the positions of a range that goes up."
  @spec slice(Range.t()) :: access_fun
  def slice(%Range{step: step} = range) when step > 0 do
    in_list(
      "slice/1",
      fn list, next -> list |> Enum.slice(range) |> Enum.map(next) end,
      fn list, next -> Access.Elements.update_range(list, range, next) end,
      ArgumentError
    )
  end

  def slice(%Range{} = range) do
    raise ArgumentError, "Access.slice/1 does not accept ranges with negative steps, got: #{inspect(range)}"
  end

  @doc "The element of a list for which `predicate` is truthy first, or `nil`."
  @spec find((term -> as_boolean(term))) :: access_fun
  def find(predicate) when is_function(predicate, 1) do
    in_some_list =
      in_list(
        "find/1",
        fn list, next -> list |> Enum.find(predicate) |> next.() end,
        fn list, next -> Access.Elements.update_first(list, next, predicate) end
      )

    fn
      _operation, nil, _next -> {nil, nil}
      operation, data, next -> in_some_list.(operation, data, next)
    end
  end

  defp in_list(name, get, update, error \\ RuntimeError) do
    fn
      :get, list, next when is_list(list) -> get.(list, next)
      :get_and_update, list, next when is_list(list) -> update.(list, next)
      _operation, other, _next -> raise error, "Access.#{name} expected a list, got: #{inspect(other)}"
    end
  end
end

defmodule Access.Elements do
  @moduledoc false
  # Updates of some elements of a list: `{values got, new list}`.

  def update(list, next, pick \\ fn _ -> true end), do: update(list, next, pick, [], [])

  defp update([head | rest], next, pick, gets, updates) do
    if pick.(head) do
      case next.(head) do
        {get, update} -> update(rest, next, pick, [get | gets], [update | updates])
        :pop -> update(rest, next, pick, [head | gets], updates)
      end
    else
      update(rest, next, pick, gets, [head | updates])
    end
  end

  defp update([], _next, _pick, gets, updates), do: {:lists.reverse(gets), :lists.reverse(updates)}

  def update_at(list, index, next, missing) do
    position = if index < 0, do: length(list) + index, else: index

    case position >= 0 && Enum.split(list, position) do
      {front, [head | rest]} -> replace(front, head, rest, next)
      _ -> missing.()
    end
  end

  def update_first(list, next, predicate) do
    case Enum.split_while(list, &(!predicate.(&1))) do
      {front, [head | rest]} -> replace(front, head, rest, next)
      {_, []} -> {nil, list}
    end
  end

  defp replace(front, head, rest, next) do
    case next.(head) do
      {get, update} -> {get, front ++ [update | rest]}
      :pop -> {head, front ++ rest}
    end
  end

  def update_range(list, range, next) do
    size = length(list)
    from_end = fn at -> if at < 0, do: at + size, else: at end
    wanted = max(from_end.(range.first), 0)..from_end.(range.last)//range.step

    {gets, updates} =
      list
      |> Enum.with_index()
      |> Enum.reduce({[], []}, fn {element, index}, {gets, updates} ->
        if index in wanted do
          case next.(element) do
            {get, update} -> {[get | gets], [update | updates]}
            :pop -> {[element | gets], updates}
          end
        else
          {gets, [element | updates]}
        end
      end)

    {:lists.reverse(gets), :lists.reverse(updates)}
  end
end
