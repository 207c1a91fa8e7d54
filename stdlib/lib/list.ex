defmodule List do
  @moduledoc """
  Functions that are about linked lists alone; the general ones are in `Enum`.
  """

  @doc "Deletes the first element equal to `element`."
  @spec delete(list, any) :: list
  def delete(list, element), do: :lists.delete(element, list)

  @doc "A list with `elem` `n` times."
  @spec duplicate(elem, non_neg_integer) :: [elem] when elem: var
  def duplicate(elem, n), do: :lists.duplicate(n, elem)

  @doc "Flattens nested lists."
  @spec flatten(deep_list) :: list when deep_list: [any | deep_list]
  def flatten(list), do: :lists.flatten(list)

  @doc "Flattens nested lists and appends `tail`."
  @spec flatten(deep_list, [elem]) :: [elem] when elem: var, deep_list: [elem | deep_list]
  def flatten(list, tail), do: :lists.flatten(list, tail)

  @doc "Folds from the left."
  @spec foldl([elem], acc, (elem, acc -> acc)) :: acc when elem: var, acc: var
  def foldl(list, acc, fun) when is_list(list) and is_function(fun), do: :lists.foldl(fun, acc, list)

  @doc "Folds from the right."
  @spec foldr([elem], acc, (elem, acc -> acc)) :: acc when elem: var, acc: var
  def foldr(list, acc, fun) when is_list(list) and is_function(fun), do: :lists.foldr(fun, acc, list)

  @doc "The first element, or `default`."
  @spec first([elem], any) :: nil | elem | any when elem: var
  def first(list, default \\ nil)
  def first([], default), do: default
  def first([head | _], _default), do: head

  @doc "The last element, or `default`."
  @spec last([elem], any) :: nil | elem | any when elem: var
  def last(list, default \\ nil)
  def last([], default), do: default
  def last([head], _default), do: head
  def last([_ | tail], default), do: last(tail, default)

  @doc "The first tuple with `key` at `position`, or `default`."
  @spec keyfind([tuple], any, non_neg_integer, any) :: any
  def keyfind(list, key, position, default \\ nil) when is_integer(position) do
    :lists.keyfind(key, position + 1, list) || default
  end

  @doc "The first tuple with `key` at `position`, or raises `KeyError`."
  @spec keyfind!([tuple], any, non_neg_integer) :: any
  def keyfind!(list, key, position) when is_integer(position) do
    :lists.keyfind(key, position + 1, list) ||
      raise KeyError,
        key: key,
        term: list,
        message:
          "key #{inspect(key)} at position #{inspect(position)} not found in: #{inspect(list)}"
  end

  @doc "Whether a tuple has `key` at `position`."
  @spec keymember?([tuple], any, non_neg_integer) :: boolean
  def keymember?(list, key, position) when is_integer(position) do
    :lists.keymember(key, position + 1, list)
  end

  @doc "Replaces the first tuple with `key` at `position`."
  @spec keyreplace([tuple], any, non_neg_integer, tuple) :: [tuple]
  def keyreplace(list, key, position, new_tuple) when is_integer(position) do
    :lists.keyreplace(key, position + 1, list, new_tuple)
  end

  @doc "Sorts tuples by the element at `position`."
  @spec keysort([tuple], non_neg_integer, term) :: [tuple]
  def keysort(list, position, sorter \\ :asc)

  def keysort(list, position, :asc) when is_list(list) and is_integer(position) do
    :lists.keysort(position + 1, list)
  end

  def keysort(list, position, sorter) when is_list(list) and is_integer(position) do
    :lists.sort(keysort_fun(sorter, position + 1), list)
  end

  defp keysort_fun(sorter, position) when is_function(sorter, 2) do
    &sorter.(:erlang.element(position, &1), :erlang.element(position, &2))
  end

  defp keysort_fun(:desc, position) do
    &(:erlang.element(position, &1) >= :erlang.element(position, &2))
  end

  defp keysort_fun({:asc, module}, position) when is_atom(module), do: keysort_fun(module, position)

  defp keysort_fun({:desc, module}, position) when is_atom(module) do
    &(module.compare(:erlang.element(position, &1), :erlang.element(position, &2)) != :lt)
  end

  defp keysort_fun(module, position) when is_atom(module) do
    &(module.compare(:erlang.element(position, &1), :erlang.element(position, &2)) != :gt)
  end

  @doc "Replaces the first tuple with `key` at `position`, or appends `new_tuple`."
  @spec keystore([tuple], any, non_neg_integer, tuple) :: [tuple, ...]
  def keystore(list, key, position, new_tuple) when is_integer(position) do
    :lists.keystore(key, position + 1, list, new_tuple)
  end

  @doc "Deletes the first tuple with `key` at `position`."
  @spec keydelete([tuple], any, non_neg_integer) :: [tuple]
  def keydelete(list, key, position) when is_integer(position) do
    :lists.keydelete(key, position + 1, list)
  end

  @doc "Takes the first tuple with `key` at `position` out, with the rest."
  @spec keytake([tuple], any, non_neg_integer) :: {tuple, [tuple]} | nil
  def keytake(list, key, position) when is_integer(position) do
    case :lists.keytake(key, position + 1, list) do
      {:value, element, list} -> {element, list}
      false -> nil
    end
  end

  @doc "`nil` becomes `[]`, a list stays, anything else becomes a list of one."
  @spec wrap(term) :: maybe_improper_list
  def wrap(term)
  def wrap(list) when is_list(list), do: list
  def wrap(nil), do: []
  def wrap(term), do: [term]

  @doc false
  @deprecated "Use Enum.zip/1 instead"
  def zip([]), do: []

  def zip(list_of_lists) when is_list(list_of_lists) do
    zip_tuples(:lists.map(&to_list/1, list_of_lists))
  end

  defp to_list(tuple) when is_tuple(tuple), do: :erlang.tuple_to_list(tuple)
  defp to_list(list) when is_list(list), do: list

  defp zip_tuples(lists) do
    if :lists.any(&(&1 == []), lists) do
      []
    else
      [:erlang.list_to_tuple(:lists.map(&hd/1, lists)) | zip_tuples(:lists.map(&tl/1, lists))]
    end
  end

  @doc "Whether every element is a printable ASCII character."
  @spec ascii_printable?(list, :infinity | non_neg_integer) :: boolean
  def ascii_printable?(list, limit \\ :infinity)
      when is_list(list) and (limit == :infinity or (is_integer(limit) and limit >= 0)) do
    ascii?(list, limit)
  end

  defp ascii?(_list, 0), do: true

  defp ascii?([char | rest], limit)
       when is_integer(char) and ((char >= 32 and char <= 126) or (char >= 7 and char <= 13) or char == 27) do
    ascii?(rest, less(limit))
  end

  defp ascii?([], _limit), do: true
  defp ascii?(_other, _limit), do: false

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  @doc "Whether the list does not end in `[]`."
  @spec improper?(maybe_improper_list) :: boolean
  def improper?(list) when is_list(list) and length(list) >= 0, do: false
  def improper?(list) when is_list(list), do: true

  @doc "Inserts `value` at `index` (negative: counted from the end)."
  @spec insert_at(list, integer, any) :: list
  def insert_at(list, index, value) when is_list(list) and is_integer(index) do
    at = if index < 0, do: max(length(list) + index + 1, 0), else: index
    splice(list, at, &[value | &1])
  end

  @doc "Replaces the element at `index`."
  @spec replace_at(list, integer, any) :: list
  def replace_at(list, index, value) when is_list(list) and is_integer(index) do
    update_at(list, index, fn _old -> value end)
  end

  @doc "Updates the element at `index` with `fun`."
  @spec update_at([elem], integer, (elem -> any)) :: list when elem: any
  def update_at(list, index, fun) when is_list(list) and is_function(fun) and is_integer(index) do
    splice(list, position(list, index), fn
      [element | rest] -> [fun.(element) | rest]
      [] -> []
    end)
  end

  @doc "Deletes the element at `index`."
  @spec delete_at(list, integer) :: list
  def delete_at(list, index) when is_integer(index), do: splice(list, position(list, index), &Enum.drop(&1, 1))

  # The list with what `change` makes of the rest from a position on. Before the list there is nothing to change.
  defp splice(list, at, _change) when at < 0, do: list
  defp splice([element | rest], at, change) when at > 0, do: [element | splice(rest, at - 1, change)]
  defp splice(rest, _at, change), do: change.(rest)

  @doc "Takes the element at `index` out, with the rest."
  @spec pop_at(list, integer, any) :: {any, list}
  def pop_at(list, index, default \\ nil) when is_integer(index) do
    pop(list, position(list, index), default, [])
  end

  defp pop([head | tail], 0, _default, front), do: {head, :lists.reverse(front, tail)}
  defp pop([head | tail], index, default, front) when index > 0, do: pop(tail, index - 1, default, [head | front])
  defp pop(rest, _index, default, front), do: {default, :lists.reverse(front, rest)}

  # A position before the list stays negative, and then matches no element.
  defp position(_list, index) when index >= 0, do: index
  defp position(list, index), do: length(list) + index

  @doc "Whether the list begins with `prefix`."
  @spec starts_with?(nonempty_list, nonempty_list) :: boolean
  def starts_with?([head | tail], [head | prefix_tail]), do: starts_with?(tail, prefix_tail)
  def starts_with?(list, []) when is_list(list), do: true
  def starts_with?(list, [_ | _]) when is_list(list), do: false

  @doc "Whether the list ends with `suffix`."
  @spec ends_with?(nonempty_list, nonempty_list) :: boolean
  def ends_with?(list, suffix), do: :lists.suffix(suffix, list)

  @doc "The atom with these characters."
  @spec to_atom(charlist) :: atom
  def to_atom(charlist), do: :erlang.list_to_atom(charlist)

  @doc "The atom with these characters, which must exist."
  @spec to_existing_atom(charlist) :: atom
  def to_existing_atom(charlist), do: :erlang.list_to_existing_atom(charlist)

  @doc "The float that the characters spell."
  @spec to_float(charlist) :: float
  def to_float(charlist), do: :erlang.list_to_float(charlist)

  @doc "The integer that the characters spell."
  @spec to_integer(charlist) :: integer
  def to_integer(charlist), do: :erlang.list_to_integer(charlist)

  @doc "The integer that the characters spell in `base`."
  @spec to_integer(charlist, 2..36) :: integer
  def to_integer(charlist, base), do: :erlang.list_to_integer(charlist, base)

  @doc "The tuple with these elements."
  @spec to_tuple(list) :: tuple
  def to_tuple(list), do: :erlang.list_to_tuple(list)

  @doc "A string from code points and strings, nested at will."
  @spec to_string(:unicode.charlist()) :: String.t()
  def to_string(list) when is_list(list) do
    case characters(list, "string", &:unicode.characters_to_binary/1) do
      result when is_binary(result) -> result
      failed -> raise_conversion(failed)
    end
  end

  @doc "A charlist from code points and strings, nested at will."
  @spec to_charlist(:unicode.charlist()) :: charlist
  def to_charlist(list) when is_list(list) do
    case characters(list, "charlist", &:unicode.characters_to_list/1) do
      result when is_list(result) -> result
      failed -> raise_conversion(failed)
    end
  end

  defp characters(list, target, convert) do
    try do
      convert.(list)
    rescue
      ArgumentError -> raise ArgumentError, cannot_convert(list, target)
    end
  end

  defp raise_conversion({:error, encoded, rest}) do
    raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid
  end

  defp raise_conversion({:incomplete, encoded, rest}) do
    raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
  end

  defp cannot_convert(list, "string") do
    """
    cannot convert the given list to a string.

    To be converted to a string, a list must either be empty or only
    contain the following elements:

      * strings
      * integers representing Unicode code points
      * a list containing one of these three elements

    Please check the given list or call inspect/1 to get the list representation, got:

    #{inspect(list)}
    """
  end

  defp cannot_convert(list, "charlist") do
    """
    cannot convert the given list to a charlist.

    To be converted to a charlist, a list must contain only:

      * strings
      * integers representing Unicode code points
      * or a list containing one of these three elements

    Please check the given list or call inspect/1 to get the list representation, got:

    #{inspect(list)}
    """
  end

  @doc "A shortest edit script as `eq`, `ins` and `del` runs (Myers, 1986)."
  @spec myers_difference(list, list) :: [{:eq | :ins | :del, list}]
  def myers_difference(list1, list2) when is_list(list1) and is_list(list2) do
    List.Myers.difference(list1, list2, nil)
  end

  @doc "`myers_difference/2` that may pair a deletion and an insertion as `diff`, where `diff_script` gives one."
  @spec myers_difference(list, list, (term, term -> term | nil)) :: list
  def myers_difference(list1, list2, diff_script)
      when is_list(list1) and is_list(list2) and is_function(diff_script) do
    List.Myers.difference(list1, list2, diff_script)
  end
end
