defmodule Code.Typespec do
  @moduledoc false
  # The compiler keeps types, specs and callbacks of a module in a chunk of its file, in the form of Erlang's parse trees.

  @doc "The types of a module or its bytecode: `{:ok, [{kind, {name, type, params}}]}` or `:error`."
  def fetch_types(module_or_binary), do: fetch(module_or_binary, 0)

  @doc "The specs of a module or its bytecode: `{:ok, [{{name, arity}, specs}]}` or `:error`."
  def fetch_specs(module_or_binary), do: fetch(module_or_binary, 1)

  @doc "The callbacks of a module or its bytecode: `{:ok, [{{name, arity}, specs}]}` or `:error`."
  def fetch_callbacks(module_or_binary), do: fetch(module_or_binary, 2)

  defp fetch(module_or_binary, part) do
    case :cordial_code.chunk(module_or_binary, "Spec") do
      nil -> :error
      chunk -> {:ok, chunk |> :erlang.binary_to_term() |> elem(part)}
    end
  end

  @doc "A type as quoted code: `name(params) :: type`."
  def type_to_quoted({name, type, params}) do
    vars = for {:var, place, var} <- params, do: {var, meta(place), nil}
    {:"::", [], [{name, [], vars}, quoted(type)]}
  end

  @doc "A spec as quoted code: `name(types) :: type`, with `when` where it has type variables."
  def spec_to_quoted(name, spec) when is_atom(name) do
    {place, fun, bounds} = parts(spec)
    {:type, fun_place, :fun, [{:type, _, :product, args}, result]} = fun

    bounded = for {:type, _, :constraint, [{:atom, _, :is_subtype}, [{:var, _, var}, type]]} <- bounds, do: {var, quoted(type)}
    free = for var <- variables([args, result, for({_, _, _, [_, [_, type]]} <- bounds, do: type)]), not Keyword.has_key?(bounded, var), do: {var, {:var, meta(place), nil}}
    body = {:"::", meta(fun_place), [{name, meta(fun_place), Enum.map(args, &quoted/1)}, quoted(result)]}

    case bounded ++ free do
      [] -> body
      guards -> {:when, meta(place), [body, guards]}
    end
  end

  defp parts({:type, place, :fun, _} = fun), do: {place, fun, []}
  defp parts({:type, place, :bounded_fun, [fun, bounds]}), do: {place, fun, bounds}

  # In the order in which they appear; names of annotations are none.
  defp variables(types), do: types |> variables([]) |> Enum.reverse() |> Enum.uniq()

  defp variables({:ann_type, _, [_, type]}, found), do: variables(type, found)
  defp variables({:var, _, name}, found), do: [name | found]
  defp variables(tuple, found) when is_tuple(tuple), do: tuple |> Tuple.to_list() |> variables(found)
  defp variables(list, found) when is_list(list), do: Enum.reduce(list, found, &variables/2)
  defp variables(_, found), do: found

  defp meta({line, column}), do: [line: line, column: column]
  defp meta(line) when is_integer(line), do: [line: line]

  defp quoted({:user_type, place, name, args}), do: {name, meta(place), all(args)}
  defp quoted({:integer, _, number}), do: number
  defp quoted({:char, _, char}), do: char
  defp quoted({:atom, _, name}), do: name
  defp quoted({:op, place, op, arg}), do: {op, meta(place), [quoted(arg)]}
  defp quoted({:op, place, op, left, right}), do: {op, meta(place), [quoted(left), quoted(right)]}
  defp quoted({:var, place, name}), do: {name, meta(place), nil}
  defp quoted({:paren_type, _, [type]}), do: quoted(type)
  defp quoted({:ann_type, place, [{:var, var_place, name}, type]}), do: {:"::", meta(place), [{name, meta(var_place), nil}, quoted(type)]}
  defp quoted({:remote_type, place, [{:atom, _, :elixir}, {:atom, _, name}, args]}), do: {name, meta(place), all(args)}

  defp quoted({:remote_type, place, [{:atom, _, module}, {:atom, _, name}, args]}),
    do: {{:., meta(place), [module, name]}, meta(place), all(args)}

  defp quoted({:type, place, kind, args}), do: type(kind, place, args)
  defp quoted({:type, _, :any}), do: {:..., [], []}

  defp all(types), do: Enum.map(types, &quoted/1)

  defp type(nil, _place, []), do: []
  defp type(:tuple, place, :any), do: {:tuple, meta(place), []}
  defp type(:tuple, place, items), do: {:{}, meta(place), all(items)}
  defp type(:map, place, :any), do: {:map, meta(place), []}
  defp type(:list, _place, [{:type, _, :union, members}]) when members != [], do: list(members)
  defp type(:list, _place, [type]), do: [quoted(type)]
  defp type(:nonempty_list, place, []), do: [{:..., meta(place), nil}]
  defp type(:nonempty_list, _place, [type]), do: [quoted(type), {:..., [line: 0], nil}]

  defp type(:map, place, fields) do
    case struct_name(fields) do
      nil ->
        {:%{}, meta(place), Enum.map(fields, &field/1)}

      module ->
        fields = for {:type, _, :map_field_exact, [{:atom, _, key}, type]} <- fields, key != :__struct__, do: {key, quoted(type)}
        {:%, meta(place), [module, {:%{}, meta(place), fields}]}
    end
  end

  defp type(:binary, place, [{:integer, _, 0}, {:integer, _, 0}]), do: {:<<>>, meta(place), [blank(place, 0)]}
  defp type(:binary, place, [{:integer, _, size}, {:integer, _, 0}]), do: {:<<>>, meta(place), [blank(place, size)]}
  defp type(:binary, place, [{:integer, _, 0}, {:integer, _, unit}]), do: {:<<>>, meta(place), [blank_unit(place, unit)]}

  defp type(:binary, place, [{:integer, _, size}, {:integer, _, unit}]),
    do: {:<<>>, meta(place), [blank(place, size), blank_unit(place, unit)]}

  defp type(:fun, place, [{:type, _, :product, args}, result]), do: [{:->, meta(place), [all(args), quoted(result)]}]
  defp type(:fun, place, [{:type, _, :any} = any, result]), do: [{:->, meta(place), [[quoted(any)], quoted(result)]}]
  defp type(:range, place, [first, last]), do: {:.., meta(place), [quoted(first), quoted(last)]}
  defp type(:union, place, members), do: union(place, members)
  defp type(name, place, args), do: {name, meta(place), all(args)}

  defp union(_place, [type]), do: quoted(type)
  defp union(place, [type | rest]), do: {:|, meta(place), [quoted(type), union(place, rest)]}

  # A list of pairs with atoms as keys is a keyword list.
  defp list(members) do
    if Enum.all?(members, &match?({:type, _, :tuple, [{:atom, _, _}, _]}, &1)) do
      for {:type, _, :tuple, [{:atom, _, key}, type]} <- members, do: {key, quoted(type)}
    else
      [union(0, members)]
    end
  end

  defp struct_name(fields) do
    Enum.find_value(fields, fn
      {:type, _, :map_field_exact, [{:atom, _, :__struct__}, {:atom, _, module}]} -> module
      _ -> nil
    end)
  end

  defp field({:type, _, :map_field_exact, [{:atom, _, key}, type]}), do: {key, quoted(type)}
  defp field({:type, _, :map_field_exact, [key, type]}), do: {{:required, [], [quoted(key)]}, quoted(type)}
  defp field({:type, _, :map_field_assoc, [key, type]}), do: {{:optional, [], [quoted(key)]}, quoted(type)}

  defp blank(place, size), do: {:"::", meta(place), [{:_, meta(place), __MODULE__}, size]}

  defp blank_unit(place, unit) do
    times = {:*, meta(place) ++ [context: __MODULE__, imports: [{2, Kernel}]], [{:_, meta(place), __MODULE__}, unit]}
    {:"::", meta(place), [{:_, meta(place), __MODULE__}, times]}
  end
end
