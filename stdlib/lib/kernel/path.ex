defmodule Kernel.Path do
  @moduledoc false
  # Paths into nested data: lists of keys at run time, and code such as `a.b[c]` that macros take apart.
  # Kernel's macros call it while they expand; so, as in Kernel.Utils, it does without the macros that call it.

  ## Lists of keys; a key that is a function is called with `:get` or `:get_and_update`, the data and what comes next

  @doc "What the keys lead to; `nil` ends the way."
  def get(nil, [_ | _]), do: nil
  def get(data, []), do: data
  def get(data, [accessor | keys]) when is_function(accessor), do: accessor.(:get, data, &get(&1, keys))
  def get(data, [key | keys]), do: data |> Access.get(key) |> get(keys)

  @doc "`{value, data}`, in which `fun` has changed what the keys lead to."
  def get_and_update(data, [key | keys], fun) when is_function(fun, 1), do: at(key, data, update_with(keys, fun))

  defp update_with([], fun), do: fun
  defp update_with([key | keys], fun), do: &at(key, &1, update_with(keys, fun))

  @doc "`{value, data}` without what the keys lead to."
  def pop(nil, [key | _]), do: raise(ArgumentError, "could not pop key #{inspect(key)} on a nil value")

  def pop(data, keys), do: taking(keys).(data)

  # Data that is not there is taken away where it was looked for.
  defp taking([key]) when not is_function(key), do: &if(&1 == nil, do: :pop, else: Access.pop(&1, key))
  defp taking([]), do: fn _ -> :pop end
  defp taking([key | keys]), do: &if(&1 == nil, do: :pop, else: at(key, &1, taking(keys)))

  defp at(accessor, data, fun) when is_function(accessor), do: accessor.(:get_and_update, data, fun)
  defp at(key, data, fun), do: Access.get_and_update(data, key, fun)

  ## Code

  @doc "The base and the keys of a path such as `a.b[c].d`."
  def unnest(path, caller) do
    case unnest_keys(path, []) do
      {_base, []} ->
        raise ArgumentError,
              "cannot use #{caller} because the path is not a nested one: expected accesses such as data.key or data[key], got: #{Macro.to_string(path)}"

      nested ->
        nested
    end
  end

  defp unnest_keys({{:., _, [Access, :get]}, _, [expression, key]}, keys), do: unnest_keys(expression, [{:access, key} | keys])

  defp unnest_keys({{:., _, [expression, field]}, _, []}, keys) when is_tuple(expression) and is_atom(field) do
    case expression do
      {:__aliases__, _, _} -> {{{:., [], [expression, field]}, [], []}, keys}
      {:__MODULE__, _, context} when is_atom(context) -> {{{:., [], [expression, field]}, [], []}, keys}
      _ -> unnest_keys(expression, [{:map, field} | keys])
    end
  end

  defp unnest_keys(base, keys), do: {base, keys}

  @doc "Code that reads a path, `nil` where it ends early."
  def nest_get(data, []), do: data

  def nest_get(data, [{:access, key} | rest]),
    do: nest_get(quote(do: Access.get(unquote(data), unquote(key))), rest)

  def nest_get(data, [{:map, field} | rest]) do
    quote generated: true do
      case unquote(data) do
        %{unquote(field) => x} -> unquote(nest_get(quote(do: x), rest))
        nil -> nil
        x -> :erlang.error({:badkey, unquote(field), x})
      end
    end
  end

  @doc "Code that updates a path with a function."
  def nest_update(data, keys, fun) do
    if Enum.all?(keys, fn {kind, _} -> kind == :map end) do
      nest_map_update(data, keys, fun)
    else
      reading = quote(do: fn x -> {nil, unquote(fun).(x)} end)

      reading =
        case fun do
          {:fn, _, [{:->, _, [[{:_, _, _}], value]}]} -> quote(do: fn _ -> {nil, unquote(value)} end)
          _ -> reading
        end

      quote(do: :erlang.element(2, unquote(nest_get_and_update(data, keys, reading))))
    end
  end

  defp nest_map_update(data, [{:map, key}], fun), do: quote(do: Map.update!(unquote(data), unquote(key), unquote(fun)))

  defp nest_map_update(data, [{:map, key} | rest], fun) do
    quote(do: Map.update!(unquote(data), unquote(key), fn x -> unquote(nest_map_update(quote(do: x), rest, fun)) end))
  end

  @doc "Code that reads and updates a path."
  def nest_get_and_update(data, [{kind, key}], fun), do: one_get_and_update(kind, data, key, fun)

  def nest_get_and_update(data, [{kind, key} | rest], fun) do
    inner = quote(do: fn x -> unquote(nest_get_and_update(quote(do: x), rest, fun)) end)
    one_get_and_update(kind, data, key, inner)
  end

  defp one_get_and_update(:access, data, key, fun),
    do: quote(do: Access.get_and_update(unquote(data), unquote(key), unquote(fun)))

  defp one_get_and_update(:map, data, key, fun),
    do: quote(do: Map.get_and_update!(unquote(data), unquote(key), unquote(fun)))

  @doc "Code that takes a path out."
  def nest_pop(data, keys) do
    case List.last(keys) do
      {:map, _} -> raise ArgumentError, "cannot use pop_in when the last segment is a field"
      _ -> nest_pop_keys(data, keys)
    end
  end

  defp nest_pop_keys(data, [{:access, key}]), do: quote(do: Access.pop(unquote(data), unquote(key)))

  defp nest_pop_keys(data, [{kind, key} | rest]) do
    inner =
      quote generated: true do
        fn x ->
          case x do
            nil -> {nil, nil}
            h -> unquote(nest_pop_keys(quote(do: h), rest))
          end
        end
      end

    one_get_and_update(kind, data, key, inner)
  end
end
