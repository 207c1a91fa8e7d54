defmodule Enum.Lists do
  @moduledoc false
  # The loops over lists that Enum's functions are when they are given a list.
  # They are body recursive where they build a list: the compiler turns that into a loop that fills the tail.

  ## Questions

  def all?([element | rest]), do: if(element, do: all?(rest), else: false)
  def all?([]), do: true

  def all?([element | rest], fun), do: if(fun.(element), do: all?(rest, fun), else: false)
  def all?([], _fun), do: true

  def any?([element | rest]), do: if(element, do: true, else: any?(rest))
  def any?([]), do: false

  def any?([element | rest], fun), do: if(fun.(element), do: true, else: any?(rest, fun))
  def any?([], _fun), do: false

  def find([element | rest], default, fun), do: if(fun.(element), do: element, else: find(rest, default, fun))
  def find([], default, _fun), do: default

  def position([element | rest], at, fun), do: if(fun.(element), do: at, else: position(rest, at + 1, fun))
  def position([], _at, _fun), do: nil

  def first_value([element | rest], default, fun) do
    case fun.(element) do
      nothing when nothing == nil or nothing == false -> first_value(rest, default, fun)
      value -> value
    end
  end

  def first_value([], default, _fun), do: default

  ## Folds

  def fold([element | rest], acc, fun), do: fold(rest, fun.(element, acc), fun)
  def fold([], acc, _fun), do: acc

  # Integers from..to//step, as `:lists.seq/3` has them, without the list.
  def fold_integers(from, to, step, acc, fun)
      when (step > 0 and from <= to) or (step < 0 and from >= to),
      do: fold_integers(from + step, to, step, fun.(from, acc), fun)

  def fold_integers(_from, _to, _step, acc, _fun), do: acc

  def fold_two([one | ones], [other | others], acc, fun), do: fold_two(ones, others, fun.(one, other, acc), fun)
  def fold_two(_ones, _others, acc, _fun), do: acc

  def each([element | rest], fun) do
    fun.(element)
    each(rest, fun)
  end

  def each([], _fun), do: :ok

  def sum([number | rest], total), do: sum(rest, number + total)
  def sum([], total), do: total

  def sum_by([element | rest], fun, total), do: sum_by(rest, fun, total + fun.(element))
  def sum_by([], _fun, total), do: total

  # The list comes last element first, so that each group gets its elements in order.
  def group([element | earlier], groups, key_fun, value_fun) do
    key = key_fun.(element)
    value = value_fun.(element)

    members =
      case groups do
        %{^key => members} -> members
        _ -> []
      end

    group(earlier, :maps.put(key, [value | members], groups), key_fun, value_fun)
  end

  def group([], groups, _key_fun, _value_fun), do: groups

  ## One list of another

  def map([element | rest], fun), do: [fun.(element) | map(rest, fun)]
  def map([], _fun), do: []

  def map_integers(from, to, step, fun)
      when (step > 0 and from <= to) or (step < 0 and from >= to),
      do: [fun.(from) | map_integers(from + step, to, step, fun)]

  def map_integers(_from, _to, _step, _fun), do: []

  def map_with([element | rest], acc, fun, mapped) do
    {new, acc} = fun.(element, acc)
    map_with(rest, acc, fun, [new | mapped])
  end

  def map_with([], acc, _fun, mapped), do: {:lists.reverse(mapped), acc}

  def keep([element | rest], fun), do: if(fun.(element), do: [element | keep(rest, fun)], else: keep(rest, fun))
  def keep([], _fun), do: []

  def leave_out([element | rest], fun) do
    if fun.(element), do: leave_out(rest, fun), else: [element | leave_out(rest, fun)]
  end

  def leave_out([], _fun), do: []

  def drop_while([element | rest] = all, fun), do: if(fun.(element), do: drop_while(rest, fun), else: all)
  def drop_while([], _fun), do: []

  def take_while([element | rest], fun), do: if(fun.(element), do: [element | take_while(rest, fun)], else: [])
  def take_while([], _fun), do: []

  def split_while([element | rest] = all, fun, front) do
    if fun.(element), do: split_while(rest, fun, [element | front]), else: {:lists.reverse(front), all}
  end

  def split_while([], _fun, front), do: {:lists.reverse(front), []}

  def flat_map([element | rest], fun) do
    case fun.(element) do
      [] -> flat_map(rest, fun)
      [_ | _] = found -> found ++ flat_map(rest, fun)
      other -> Enum.to_list(other) ++ flat_map(rest, fun)
    end
  end

  def flat_map([], _fun), do: []

  def concat([last]), do: Enum.to_list(last)
  def concat([enumerable | rest]), do: Enum.to_list(enumerable) ++ concat(rest)
  def concat([]), do: []

  def running([element | rest], acc, fun) do
    acc = fun.(element, acc)
    [acc | running(rest, acc, fun)]
  end

  def running([], _acc, _fun), do: []

  def numbered([element | rest], at), do: [{element, at} | numbered(rest, at + 1)]
  def numbered([], _at), do: []

  def map_numbered([element | rest], at, fun), do: [fun.(element, at) | map_numbered(rest, at + 1, fun)]
  def map_numbered([], _at, _fun), do: []

  # Every element gets the separator before it; the caller has put the first one.
  def separated([element | rest], separator), do: [separator, element | separated(rest, separator)]
  def separated([], _separator), do: []

  def map_separated([element | rest], separator, fun) do
    [separator, fun.(element) | map_separated(rest, separator, fun)]
  end

  def map_separated([], _separator, _fun), do: []

  def uniq([element | rest], seen) when is_map_key(seen, element), do: uniq(rest, seen)
  def uniq([element | rest], seen), do: [element | uniq(rest, :maps.put(element, [], seen))]
  def uniq([], _seen), do: []

  def uniq_by([element | rest], fun, seen) do
    value = fun.(element)

    if is_map_key(seen, value),
      do: uniq_by(rest, fun, seen),
      else: [element | uniq_by(rest, fun, :maps.put(value, [], seen))]
  end

  def uniq_by([], _fun, _seen), do: []

  ## Two lists

  def zip([one | ones], [other | others]), do: [{one, other} | zip(ones, others)]
  def zip(_ones, _others), do: []

  def zip_with([one | ones], [other | others], fun), do: [fun.(one, other) | zip_with(ones, others, fun)]
  def zip_with(_ones, _others, _fun), do: []

  ## Text

  def texts([last], _joiner), do: [text(last)]
  def texts([element | rest], ""), do: [text(element) | texts(rest, "")]
  def texts([element | rest], joiner), do: [text(element), joiner | texts(rest, joiner)]
  def texts([], _joiner), do: []

  defp text(binary) when is_binary(binary), do: binary
  defp text(other), do: String.Chars.to_string(other)
end
