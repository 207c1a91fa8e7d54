defmodule :proplists do
  @moduledoc false
  # Lists of `{key, value}` and of atoms that stand for `{atom, true}`.

  def property({key, true}) when is_atom(key), do: key
  def property(property), do: property

  def property(key, true) when is_atom(key), do: key
  def property(key, value), do: {key, value}

  def unfold([property | rest]) when is_atom(property), do: [{property, true} | unfold(rest)]
  def unfold([property | rest]), do: [property | unfold(rest)]
  def unfold([]), do: []

  def compact(list), do: :lists.map(&property/1, list)

  def lookup(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> {key, true}
      is_tuple(property) and tuple_size(property) >= 1 and elem(property, 0) === key -> property
      true -> lookup(key, rest)
    end
  end

  def lookup(_key, []), do: :none

  def lookup_all(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> [{key, true} | lookup_all(key, rest)]
      is_tuple(property) and tuple_size(property) >= 1 and elem(property, 0) === key -> [property | lookup_all(key, rest)]
      true -> lookup_all(key, rest)
    end
  end

  def lookup_all(_key, []), do: []

  def is_defined(key, list), do: lookup(key, list) != :none

  def get_value(key, list), do: get_value(key, list, :undefined)

  def get_value(key, [property | rest], default) do
    case property do
      ^key when is_atom(key) -> true
      {^key, value} -> value
      tuple when is_tuple(tuple) and tuple_size(tuple) >= 1 and elem(tuple, 0) === key -> default
      _ -> get_value(key, rest, default)
    end
  end

  def get_value(_key, [], default), do: default

  def get_all_values(key, [property | rest]) do
    case property do
      ^key when is_atom(key) -> [true | get_all_values(key, rest)]
      {^key, value} -> [value | get_all_values(key, rest)]
      _ -> get_all_values(key, rest)
    end
  end

  def get_all_values(_key, []), do: []

  def append_values(key, [property | rest]) do
    case property do
      ^key when is_atom(key) -> [true | append_values(key, rest)]
      {^key, value} when is_list(value) -> value ++ append_values(key, rest)
      {^key, value} -> [value | append_values(key, rest)]
      _ -> append_values(key, rest)
    end
  end

  def append_values(_key, []), do: []

  def get_bool(key, list), do: get_value(key, list, false) === true

  def get_keys(list), do: list |> keys() |> :lists.usort()

  defp keys([property | rest]) when is_atom(property), do: [property | keys(rest)]
  defp keys([tuple | rest]) when is_tuple(tuple) and tuple_size(tuple) >= 1, do: [elem(tuple, 0) | keys(rest)]
  defp keys([_ | rest]), do: keys(rest)
  defp keys([]), do: []

  def delete(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> delete(key, rest)
      is_tuple(property) and tuple_size(property) >= 1 and elem(property, 0) === key -> delete(key, rest)
      true -> [property | delete(key, rest)]
    end
  end

  def delete(_key, []), do: []

  def from_map(map), do: :maps.to_list(map)
  def to_map(list), do: list |> unfold() |> pairs() |> :lists.reverse() |> :maps.from_list()
  def to_map(list, stages), do: list |> normalize(stages) |> to_map()

  defp pairs([{key, value} | rest]), do: [{key, value} | pairs(rest)]
  defp pairs([_ | rest]), do: pairs(rest)
  defp pairs([]), do: []

  def split(list, keys) do
    {lists, rest} = split(list, :maps.from_keys(keys, []), [])
    {:lists.map(&:lists.reverse(:maps.get(&1, lists)), keys), :lists.reverse(rest)}
  end

  defp split([property | tail], lists, rest) do
    key =
      cond do
        is_atom(property) -> property
        is_tuple(property) and tuple_size(property) >= 1 -> elem(property, 0)
        true -> nil
      end

    case lists do
      %{^key => found} -> split(tail, %{lists | key => [property | found]}, rest)
      _ -> split(tail, lists, [property | rest])
    end
  end

  defp split([], lists, rest), do: {lists, rest}

  def substitute_aliases(aliases, list) do
    :lists.map(
      fn
        property when is_atom(property) ->
          case :lists.keyfind(property, 1, aliases) do
            {_, new} -> new
            false -> property
          end

        property when is_tuple(property) and tuple_size(property) >= 1 ->
          case :lists.keyfind(elem(property, 0), 1, aliases) do
            {_, new} -> property(:erlang.setelement(1, property, new))
            false -> property
          end

        property ->
          property
      end,
      list
    )
  end

  def substitute_negations(negations, list) do
    :lists.map(
      fn
        property when is_atom(property) ->
          case :lists.keyfind(property, 1, negations) do
            {_, new} -> {new, false}
            false -> property
          end

        {key, value} = property ->
          case :lists.keyfind(key, 1, negations) do
            {_, new} when value == true -> {new, false}
            {_, new} when value == false -> property({new, true})
            {_, new} -> {new, true} |> property()
            false -> property
          end

        property ->
          property
      end,
      list
    )
  end

  def expand(expansions, list) do
    expansions = :lists.map(fn {key, value} -> {property(key), value} end, expansions)
    expand_1(list, expansions)
  end

  defp expand_1([property | rest], expansions) do
    case :lists.keyfind(property(property), 1, expansions) do
      {_, new} -> new ++ expand_1(rest, expansions)
      false -> [property | expand_1(rest, expansions)]
    end
  end

  defp expand_1([], _expansions), do: []

  def normalize(list, [{:aliases, aliases} | stages]), do: list |> then(&substitute_aliases(aliases, &1)) |> normalize(stages)
  def normalize(list, [{:negations, negations} | stages]), do: list |> then(&substitute_negations(negations, &1)) |> normalize(stages)
  def normalize(list, [{:expand, expansions} | stages]), do: list |> then(&expand(expansions, &1)) |> normalize(stages)
  def normalize(list, []), do: compact(list)
end
