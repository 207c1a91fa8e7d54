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
  def fetch(%module{} = container, key), do: call(module, :fetch, [container, key])
  def fetch(map, key) when is_map(map), do: :maps.find(key, map)

  def fetch(list, key) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> {:ok, value}
      false -> :error
    end
  end

  def fetch(list, key) when is_list(list) and is_integer(key), do: raise(ArgumentError, by_index(key, :access))
  def fetch(list, key) when is_list(list), do: raise(ArgumentError, not_keyword(key))
  def fetch(nil, _key), do: :error

  @doc "The value of a key, or raises `KeyError`."
  @spec fetch!(container, term) :: term
  def fetch!(container, key) do
    case fetch(container, key) do
      {:ok, value} -> value
      :error -> raise KeyError, key: key, term: container
    end
  end

  @doc "The value of a key, or `default`."
  @spec get(container, term, term) :: term
  def get(container, key, default \\ nil)

  def get(%module{} = container, key, default) do
    case call(module, :fetch, [container, key]) do
      {:ok, value} -> value
      :error -> default
    end
  end

  def get(map, key, default) when is_map(map) do
    case map do
      %{^key => value} -> value
      _ -> default
    end
  end

  def get(list, key, default) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> value
      false -> default
    end
  end

  def get(list, key, _default) when is_list(list) and is_integer(key), do: raise(ArgumentError, by_index(key, :access))
  def get(list, key, _default) when is_list(list), do: raise(ArgumentError, not_keyword(key))
  def get(nil, _key, default), do: default

  defp by_index(key, :access) do
    """
    the Access module does not support accessing lists by index, got: #{inspect(key)}

    Accessing a list by index is typically discouraged in Elixir, \
    instead we prefer to use the Enum module to manipulate lists \
    as a whole. If you really must access a list element by index, \
    you can use Enum.at/2 or the functions in the List module\
    """
  end

  defp by_index(key, :modify) do
    """
    the Access module does not support accessing lists by index, got: #{inspect(key)}

    Accessing a list by index is typically discouraged in Elixir, \
    instead we prefer to use the Enum module to manipulate lists \
    as a whole. If you really must modify a list element by index, \
    you can use Access.at/1 or the functions in the List module\
    """
  end

  defp not_keyword(key) do
    """
    the Access module supports only keyword lists (with atom keys), got: #{inspect(key)}

    If you want to search lists of tuples, use List.keyfind/3\
    """
  end

  @doc "Gets and updates at once: `fun` returns `{get, new}` or `:pop`."
  @spec get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) ::
          {current_value, new_data :: data}
        when data: container, current_value: var
  def get_and_update(container, key, fun)

  def get_and_update(%module{} = container, key, fun) do
    call(module, :get_and_update, [container, key, fun])
  end

  def get_and_update(map, key, fun) when is_map(map), do: Map.get_and_update(map, key, fun)

  def get_and_update(list, key, fun) when is_list(list) and is_atom(key) do
    Keyword.get_and_update(list, key, fun)
  end

  def get_and_update(list, key, _fun) when is_list(list) and is_integer(key) do
    raise ArgumentError, by_index(key, :modify)
  end

  def get_and_update(list, key, _fun) when is_list(list), do: raise(ArgumentError, not_keyword(key))

  def get_and_update(nil, key, _fun) do
    raise ArgumentError, "could not put/update key #{inspect(key)} on a nil value"
  end

  @doc "Takes the value of a key out."
  @spec pop(data, key) :: {value, data} when data: container
  def pop(container, key)
  def pop(%module{} = container, key), do: call(module, :pop, [container, key])
  def pop(map, key) when is_map(map), do: Map.pop(map, key)
  def pop(list, key) when is_list(list), do: Keyword.pop(list, key)
  def pop(nil, key), do: raise(ArgumentError, "could not pop key #{inspect(key)} on a nil value")

  # A struct that does not implement the behaviour says so.
  defp call(module, function, args) do
    apply(module, function, args)
  rescue
    error in UndefinedFunctionError ->
      case error do
        %{module: ^module, function: ^function} -> raise_undefined_behaviour(error, module, function, args)
        _ -> reraise(error, __STACKTRACE__)
      end
  end

  defp raise_undefined_behaviour(error, module, _function, _args) do
    raise %{
      error
      | reason:
          "#{inspect(module)} does not implement the Access behaviour\n\n" <>
            "You can use the \"struct.field\" syntax to access struct fields. " <>
            "You can also use Access.key!/1 to access struct fields dynamically inside get_in/put_in/update_in"
    }
  end

  ## Accessors

  @doc "The key of a map or struct, with a default when it is missing."
  @spec key(key, term) :: access_fun
  def key(key, default \\ nil) do
    fn
      :get, data, next ->
        next.(get_key(data, key, default))

      :get_and_update, data, next ->
        value = get_key(data, key, default)

        case next.(value) do
          {get, update} -> {get, Map.put(data, key, update)}
          :pop -> {value, Map.delete(data, key)}
        end
    end
  end

  defp get_key(nil, _key, default), do: default
  defp get_key(data, key, default), do: Map.get(data, key, default)

  @doc "The key of a map or struct, which must be there."
  @spec key!(key) :: access_fun
  def key!(key) do
    fn
      :get, %{} = data, next ->
        next.(Map.fetch!(data, key))

      :get_and_update, %{} = data, next ->
        value = Map.fetch!(data, key)

        case next.(value) do
          {get, update} -> {get, Map.put(data, key, update)}
          :pop -> {value, Map.delete(data, key)}
        end

      _op, data, _next ->
        raise "Access.key!/1 expected a map/struct, got: #{inspect(data)}"
    end
  end

  @doc "The element of a tuple at `index`."
  @spec elem(non_neg_integer) :: access_fun
  def elem(index) when is_integer(index) and index >= 0 do
    position = index + 1

    fn
      :get, data, next when is_tuple(data) ->
        next.(:erlang.element(position, data))

      :get_and_update, data, next when is_tuple(data) ->
        value = :erlang.element(position, data)

        case next.(value) do
          {get, update} -> {get, :erlang.setelement(position, data, update)}
          :pop -> raise "cannot pop data from a tuple"
        end

      _op, data, _next ->
        raise "Access.elem/1 expected a tuple, got: #{inspect(data)}"
    end
  end

  @doc "All elements of a list."
  @spec all() :: access_fun
  def all do
    fn
      :get, data, next when is_list(data) ->
        Enum.map(data, next)

      :get_and_update, data, next when is_list(data) ->
        Access.Elements.update(data, next)

      _op, data, _next ->
        raise "Access.all/0 expected a list, got: #{inspect(data)}"
    end
  end

  @doc "The element of a list at `index` (negative: from the end)."
  @spec at(integer) :: access_fun
  def at(index) when is_integer(index), do: fn op, data, next -> at(op, data, index, next) end

  defp at(:get, data, index, next) when is_list(data), do: data |> Enum.at(index) |> next.()

  defp at(:get_and_update, data, index, next) when is_list(data) do
    Access.Elements.update_at(data, index, next, fn -> {nil, data} end)
  end

  defp at(_op, data, _index, _next), do: raise("Access.at/1 expected a list, got: #{inspect(data)}")

  @doc "The element of a list at `index`, which must be there."
  @spec at!(integer) :: access_fun
  def at!(index) when is_integer(index), do: fn op, data, next -> at!(op, data, index, next) end

  defp at!(:get, data, index, next) when is_list(data), do: data |> Enum.fetch!(index) |> next.()

  defp at!(:get_and_update, data, index, next) when is_list(data) do
    Access.Elements.update_at(data, index, next, fn -> raise Enum.OutOfBoundsError end)
  end

  defp at!(_op, data, _index, _next), do: raise("Access.at!/1 expected a list, got: #{inspect(data)}")

  @doc "The elements of a list that `func` picks."
  @spec filter((term -> boolean)) :: access_fun
  def filter(func) when is_function(func) do
    fn
      :get, data, next when is_list(data) ->
        data |> Enum.filter(func) |> Enum.map(next)

      :get_and_update, data, next when is_list(data) ->
        Access.Elements.update(data, next, func)

      _op, data, _next ->
        raise "Access.filter/1 expected a list, got: #{inspect(data)}"
    end
  end

  @doc "The elements of a list at the positions of a range."
  @spec slice(Range.t()) :: access_fun
  def slice(%Range{} = range) do
    if range.step > 0 do
      fn op, data, next -> slice(op, data, range, next) end
    else
      raise ArgumentError, "Access.slice/1 does not accept ranges with negative steps, got: #{inspect(range)}"
    end
  end

  defp slice(:get, data, range, next) when is_list(data), do: data |> Enum.slice(range) |> Enum.map(next)

  defp slice(:get_and_update, data, range, next) when is_list(data) do
    Access.Elements.update_range(data, range, next)
  end

  defp slice(_op, data, _range, _next), do: raise(ArgumentError, "Access.slice/1 expected a list, got: #{inspect(data)}")

  @doc "The first element of a list for which `predicate` is truthy."
  @spec find((term -> as_boolean(term))) :: access_fun
  def find(predicate) when is_function(predicate, 1), do: fn op, data, next -> find(op, data, predicate, next) end

  defp find(_op, nil, _predicate, _next), do: {nil, nil}
  defp find(:get, data, predicate, next) when is_list(data), do: data |> Enum.find(predicate) |> next.()

  defp find(:get_and_update, data, predicate, next) when is_list(data) do
    Access.Elements.update_first(data, next, predicate)
  end

  defp find(_op, data, _predicate, _next), do: raise("Access.find/1 expected a list, got: #{inspect(data)}")
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
    first = if range.first < 0, do: max(range.first + size, 0), else: range.first
    last = if range.last < 0, do: range.last + size, else: range.last
    wanted = first..last//range.step

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
