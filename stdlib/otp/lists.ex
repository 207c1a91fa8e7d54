defmodule :lists do
  @moduledoc false
  # Erlang's list functions, those that are not native: folds, maps, searches, zips.

  def all(pred, list) when is_function(pred, 1) and is_list(list), do: every(pred, list)
  def all(pred, other) when is_function(pred, 1), do: :erlang.error({:case_clause, other})

  defp every(pred, [head | tail]) do
    case pred.(head) do
      true -> every(pred, tail)
      false -> false
    end
  end

  defp every(_pred, []), do: true

  def any(pred, list) when is_function(pred, 1) and is_list(list), do: some(pred, list)
  def any(pred, other) when is_function(pred, 1), do: :erlang.error({:case_clause, other})

  defp some(pred, [head | tail]) do
    case pred.(head) do
      true -> true
      false -> some(pred, tail)
    end
  end

  defp some(_pred, []), do: false

  def append(lists), do: joined(lists)
  defp joined([last]), do: last
  defp joined([head | tail]), do: head ++ joined(tail)
  defp joined([]), do: []

  def append(list1, list2), do: list1 ++ list2

  def concat(things), do: texts(things)
  defp texts([head | tail]), do: text(head) ++ texts(tail)
  defp texts([]), do: []

  defp text(atom) when is_atom(atom), do: :erlang.atom_to_list(atom)
  defp text(integer) when is_integer(integer), do: :erlang.integer_to_list(integer)
  defp text(float) when is_float(float), do: :erlang.float_to_list(float)
  defp text(list) when is_list(list), do: list

  def delete(item, [item | rest]), do: rest
  def delete(item, [other | rest]), do: [other | delete(item, rest)]
  def delete(_item, []), do: []

  def droplast([_]), do: []
  def droplast([head | tail]), do: [head | droplast(tail)]

  def dropwhile(pred, list) when is_function(pred, 1), do: from_first(pred, list)

  defp from_first(pred, [head | tail] = list) do
    case pred.(head) do
      true -> from_first(pred, tail)
      false -> list
    end
  end

  defp from_first(_pred, []), do: []

  def duplicate(n, x) when is_integer(n) and n >= 0, do: copies(n, x, [])
  defp copies(0, _x, list), do: list
  defp copies(n, x, list), do: copies(n - 1, x, [x | list])

  def enumerate(list), do: enumerate(1, 1, list)
  def enumerate(index, list), do: enumerate(index, 1, list)

  def enumerate(index, step, list) when is_integer(index) and is_integer(step) do
    numbered(list, index, step)
  end

  defp numbered([head | tail], index, step), do: [{index, head} | numbered(tail, index + step, step)]
  defp numbered([], _index, _step), do: []

  def filter(pred, list) when is_function(pred, 1), do: kept(pred, list)

  defp kept(pred, [head | tail]) do
    case pred.(head) do
      true -> [head | kept(pred, tail)]
      false -> kept(pred, tail)
      other -> :erlang.error({:bad_filter, other})
    end
  end

  defp kept(_pred, []), do: []
  defp kept(_pred, other), do: :erlang.error({:bad_generator, other})

  def filtermap(fun, list) when is_function(fun, 1), do: kept_as(fun, list)

  defp kept_as(fun, [head | tail]) do
    case fun.(head) do
      true -> [head | kept_as(fun, tail)]
      {true, value} -> [value | kept_as(fun, tail)]
      false -> kept_as(fun, tail)
    end
  end

  defp kept_as(_fun, []), do: []

  def zf(fun, list), do: filtermap(fun, list)

  def flatlength(list), do: leaves(list, 0)
  defp leaves([head | tail], n) when is_list(head), do: leaves(head, leaves(tail, n))
  defp leaves([_ | tail], n), do: leaves(tail, n + 1)
  defp leaves([], n), do: n

  def flatmap(fun, list) when is_function(fun, 1), do: gathered(fun, list)
  defp gathered(fun, [head | tail]), do: fun.(head) ++ gathered(fun, tail)
  defp gathered(_fun, []), do: []

  def flatten(list) when is_list(list), do: flat(list, [])
  def flatten(list, tail) when is_list(list) and is_list(tail), do: flat(list, tail)

  defp flat([head | tail], rest) when is_list(head), do: flat(head, flat(tail, rest))
  defp flat([head | tail], rest), do: [head | flat(tail, rest)]
  defp flat([], rest), do: rest

  def foldl(fun, acc, list) when is_function(fun, 2) and is_list(list), do: from_left(fun, acc, list)
  def foldl(fun, _acc, other) when is_function(fun, 2), do: :erlang.error({:case_clause, other})
  defp from_left(fun, acc, [head | tail]), do: from_left(fun, fun.(head, acc), tail)
  defp from_left(_fun, acc, []), do: acc

  def foldr(fun, acc, list) when is_function(fun, 2), do: from_right(fun, acc, list)
  defp from_right(fun, acc, [head | tail]), do: fun.(head, from_right(fun, acc, tail))
  defp from_right(_fun, acc, []), do: acc

  def foreach(fun, list) when is_function(fun, 1), do: visit(fun, list)

  defp visit(fun, [head | tail]) do
    fun.(head)
    visit(fun, tail)
  end

  defp visit(_fun, []), do: :ok

  def join(_separator, []), do: []
  def join(separator, [head | tail]), do: [head | with_separators(separator, tail)]
  defp with_separators(separator, [head | tail]), do: [separator, head | with_separators(separator, tail)]
  defp with_separators(_separator, []), do: []

  def last([element]), do: element
  def last([_ | tail]), do: last(tail)

  def map(fun, list) when is_function(fun, 1) and is_list(list), do: mapped(fun, list)
  def map(fun, other) when is_function(fun, 1), do: :erlang.error({:case_clause, other})
  defp mapped(fun, [head | tail]), do: [fun.(head) | mapped(fun, tail)]
  defp mapped(_fun, []), do: []

  def mapfoldl(fun, acc, list) when is_function(fun, 2), do: mapped_left(fun, acc, list)

  defp mapped_left(fun, acc, [head | tail]) do
    {mapped, acc} = fun.(head, acc)
    {rest, acc} = mapped_left(fun, acc, tail)
    {[mapped | rest], acc}
  end

  defp mapped_left(_fun, acc, []), do: {[], acc}

  def mapfoldr(fun, acc, list) when is_function(fun, 2), do: mapped_right(fun, acc, list)

  defp mapped_right(fun, acc, [head | tail]) do
    {rest, acc} = mapped_right(fun, acc, tail)
    {mapped, acc} = fun.(head, acc)
    {[mapped | rest], acc}
  end

  defp mapped_right(_fun, acc, []), do: {[], acc}

  def max([head | tail]), do: max_of(tail, head)
  defp max_of([head | tail], max) when head > max, do: max_of(tail, head)
  defp max_of([_ | tail], max), do: max_of(tail, max)
  defp max_of([], max), do: max

  def min([head | tail]), do: min_of(tail, head)
  defp min_of([head | tail], min) when head < min, do: min_of(tail, head)
  defp min_of([_ | tail], min), do: min_of(tail, min)
  defp min_of([], min), do: min

  def nth(1, [head | _]), do: head
  def nth(n, [_ | tail]) when n > 1, do: nth(n - 1, tail)

  def nthtail(0, list) when is_list(list), do: list
  def nthtail(n, [_ | tail]) when n > 0, do: nthtail(n - 1, tail)

  def partition(pred, list) when is_function(pred, 1), do: parted(pred, list, [], [])

  defp parted(pred, [head | tail], yes, no) do
    case pred.(head) do
      true -> parted(pred, tail, [head | yes], no)
      false -> parted(pred, tail, yes, [head | no])
    end
  end

  defp parted(_pred, [], yes, no), do: {:lists.reverse(yes), :lists.reverse(no)}

  def prefix([x | prefix], [x | rest]), do: prefix(prefix, rest)
  def prefix([], list) when is_list(list), do: true
  def prefix([_ | _], list) when is_list(list), do: false

  def reverse([] = list), do: list
  def reverse([_] = list), do: list
  def reverse([a, b]), do: [b, a]
  def reverse([a, b | list]), do: :lists.reverse(list, [b, a])

  def search(pred, list) when is_function(pred, 1), do: first_such(pred, list)

  defp first_such(pred, [head | tail]) do
    case pred.(head) do
      true -> {:value, head}
      false -> first_such(pred, tail)
    end
  end

  defp first_such(_pred, []), do: false

  def seq(first, last) when is_integer(first) and is_integer(last) and first - 1 <= last do
    seq_up(first, last, 1)
  end

  def seq(first, last), do: :erlang.error(:function_clause, [first, last])

  def seq(first, last, step)
      when is_integer(first) and is_integer(last) and is_integer(step) and
             ((step > 0 and first - step <= last) or (step < 0 and first - step >= last)) do
    if step > 0, do: seq_up(first, last, step), else: seq_down(first, last, step)
  end

  def seq(same, same, 0) when is_integer(same), do: [same]
  def seq(first, last, step), do: :erlang.error(:badarg, [first, last, step], error_info: %{module: :erl_stdlib_errors})

  defp seq_up(first, last, step) when first <= last, do: [first | seq_up(first + step, last, step)]
  defp seq_up(_first, _last, _step), do: []
  defp seq_down(first, last, step) when first >= last, do: [first | seq_down(first + step, last, step)]
  defp seq_down(_first, _last, _step), do: []

  def split(n, list) when is_integer(n) and n >= 0 and is_list(list), do: cut(n, list, [])
  def split(n, list), do: :erlang.error(:badarg, [n, list])

  defp cut(0, list, front), do: {:lists.reverse(front), list}
  defp cut(n, [head | tail], front), do: cut(n - 1, tail, [head | front])
  defp cut(_n, [], _front), do: :erlang.error(:badarg)

  def splitwith(pred, list) when is_function(pred, 1), do: cut_where(pred, list, [])

  defp cut_where(pred, [head | tail] = list, front) do
    case pred.(head) do
      true -> cut_where(pred, tail, [head | front])
      false -> {:lists.reverse(front), list}
    end
  end

  defp cut_where(_pred, [], front), do: {:lists.reverse(front), []}

  def sublist(list, length) when is_integer(length) and is_list(list) and length >= 0, do: front(list, length)

  def sublist(list, 1, length) when is_list(list) and is_integer(length) and length >= 0, do: front(list, length)
  def sublist([], start, length) when is_integer(start) and start >= 2 and is_integer(length) and length >= 0, do: []

  def sublist(list, start, length) when is_integer(start) and start >= 2 and is_integer(length) and length >= 0 do
    list |> drop(start - 1) |> front(length)
  end

  defp drop([_ | tail], n) when n > 0, do: drop(tail, n - 1)
  defp drop(list, _n), do: list

  defp front([head | tail], length) when length > 0, do: [head | front(tail, length - 1)]
  defp front(_list, _length), do: []

  def subtract(list1, list2), do: list1 -- list2

  def suffix(suffix, list) do
    delta = length(list) - length(suffix)
    delta >= 0 and nthtail(delta, list) === suffix
  end

  def sum(list), do: total(list, 0)
  defp total([head | tail], sum), do: total(tail, sum + head)
  defp total([], sum), do: sum

  def takewhile(pred, list) when is_function(pred, 1), do: leading(pred, list)

  defp leading(pred, [head | tail]) do
    case pred.(head) do
      true -> [head | leading(pred, tail)]
      false -> []
    end
  end

  defp leading(_pred, []), do: []

  def uniq(list), do: distinct(list, %{})

  defp distinct([head | tail], seen) do
    if is_map_key(seen, head), do: distinct(tail, seen), else: [head | distinct(tail, :maps.put(head, true, seen))]
  end

  defp distinct([], _seen), do: []

  def uniq(fun, list) when is_function(fun, 1), do: distinct_by(fun, list, %{})

  defp distinct_by(fun, [head | tail], seen) do
    key = fun.(head)

    if is_map_key(seen, key),
      do: distinct_by(fun, tail, seen),
      else: [head | distinct_by(fun, tail, :maps.put(key, true, seen))]
  end

  defp distinct_by(_fun, [], _seen), do: []

  ## Tuples by key

  def keydelete(key, n, list) when is_integer(n) and n > 0, do: without_key(key, n, list)
  defp without_key(key, n, [head | tail]) when elem(head, n - 1) == key, do: tail
  defp without_key(key, n, [head | tail]), do: [head | without_key(key, n, tail)]
  defp without_key(_key, _n, []), do: []

  def keymap(fun, n, [tuple | rest]) do
    [:erlang.setelement(n, tuple, fun.(:erlang.element(n, tuple))) | keymap(fun, n, rest)]
  end

  def keymap(fun, n, []) when is_integer(n) and n >= 1 and is_function(fun, 1), do: []

  def keyreplace(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: exchanged(key, n, list, new)
  defp exchanged(key, n, [head | tail], new) when elem(head, n - 1) == key, do: [new | tail]
  defp exchanged(key, n, [head | tail], new), do: [head | exchanged(key, n, tail, new)]
  defp exchanged(_key, _n, [], _new), do: []

  def keystore(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: stored(key, n, list, new)
  defp stored(key, n, [head | tail], new) when elem(head, n - 1) == key, do: [new | tail]
  defp stored(key, n, [head | tail], new), do: [head | stored(key, n, tail, new)]
  defp stored(_key, _n, [], new), do: [new]

  def keytake(key, n, list) when is_integer(n) and n > 0, do: taken_out(key, n, list, [])

  defp taken_out(key, n, [head | tail], front) when elem(head, n - 1) == key do
    {:value, head, :lists.reverse(front, tail)}
  end

  defp taken_out(key, n, [head | tail], front), do: taken_out(key, n, tail, [head | front])
  defp taken_out(_key, _n, [], _front), do: false

  ## Zips

  def unzip(list), do: columns(list, [], [])
  defp columns([{x, y} | rest], xs, ys), do: columns(rest, [x | xs], [y | ys])
  defp columns([], xs, ys), do: {:lists.reverse(xs), :lists.reverse(ys)}

  def unzip3(list), do: columns(list, [], [], [])
  defp columns([{x, y, z} | rest], xs, ys, zs), do: columns(rest, [x | xs], [y | ys], [z | zs])
  defp columns([], xs, ys, zs), do: {:lists.reverse(xs), :lists.reverse(ys), :lists.reverse(zs)}

  # The rows of two or three lists, until one of them ends; `how` says what then.

  # Lists that end together, or in a way that `how` does not allow, are told by `row`; who zips raises.
  def zip(xs, ys), do: zip(xs, ys, :fail)
  def zip([x | xs], [y | ys], how), do: [{x, y} | zip(xs, ys, how)]

  def zip(xs, ys, how) do
    case row([xs, ys], how) do
      :none -> []
      :wrong -> :erlang.error(:function_clause)
      {[x, y], [xs, ys]} -> [{x, y} | zip(xs, ys, how)]
    end
  end

  def zip3(xs, ys, zs), do: zip3(xs, ys, zs, :fail)
  def zip3([x | xs], [y | ys], [z | zs], how), do: [{x, y, z} | zip3(xs, ys, zs, how)]

  def zip3(xs, ys, zs, how) do
    case row([xs, ys, zs], how) do
      :none -> []
      :wrong -> :erlang.error(:function_clause)
      {[x, y, z], [xs, ys, zs]} -> [{x, y, z} | zip3(xs, ys, zs, how)]
    end
  end

  def zipwith(fun, xs, ys), do: zipwith(fun, xs, ys, :fail)
  def zipwith(fun, [x | xs], [y | ys], how), do: [fun.(x, y) | zipwith(fun, xs, ys, how)]

  def zipwith(fun, xs, ys, how) do
    case row([xs, ys], how) do
      :none when is_function(fun, 2) -> []
      {[x, y], [xs, ys]} -> [fun.(x, y) | zipwith(fun, xs, ys, how)]
      _ -> :erlang.error(:function_clause)
    end
  end

  def zipwith3(fun, xs, ys, zs), do: zipwith3(fun, xs, ys, zs, :fail)
  def zipwith3(fun, [x | xs], [y | ys], [z | zs], how), do: [fun.(x, y, z) | zipwith3(fun, xs, ys, zs, how)]

  def zipwith3(fun, xs, ys, zs, how) do
    case row([xs, ys, zs], how) do
      :none when is_function(fun, 3) -> []
      {[x, y, z], [xs, ys, zs]} -> [fun.(x, y, z) | zipwith3(fun, xs, ys, zs, how)]
      _ -> :erlang.error(:function_clause)
    end
  end

  # The next row when a list has ended, and what is left of the lists; none; or wrong.
  defp row(lists, how) do
    over = every(&(&1 === []), lists)

    case how do
      _ when how in [:fail, :trim] and over ->
        :none

      :trim ->
        if every(&is_list/1, lists), do: :none, else: :wrong

      {:pad, defaults} when tuple_size(defaults) == length(lists) and over ->
        :none

      {:pad, defaults} when tuple_size(defaults) == length(lists) ->
        padded(lists, :erlang.tuple_to_list(defaults), [], [])

      _ ->
        :wrong
    end
  end

  defp padded([[x | list] | lists], [_ | defaults], row, rest), do: padded(lists, defaults, [x | row], [list | rest])
  defp padded([[] | lists], [x | defaults], row, rest), do: padded(lists, defaults, [x | row], [[] | rest])
  defp padded([], [], row, rest), do: {:lists.reverse(row), :lists.reverse(rest)}

  ## Order: in :cordial_sort

  def sort(list), do: :cordial_sort.sort(&<=/2, list)
  def sort(fun, [_, _ | _] = list), do: :cordial_sort.sort(fun, list)
  def sort(fun, list) when is_function(fun, 2) and is_list(list), do: list
  def keysort(n, list), do: :cordial_sort.sort(&(:erlang.element(n, &1) <= :erlang.element(n, &2)), list)
  def usort(list), do: :cordial_sort.usort(&<=/2, list)
  def usort(fun, list) when is_function(fun, 2), do: :cordial_sort.usort(fun, list)
  def ukeysort(n, list), do: :cordial_sort.ukeysort(n, list)

  def merge(lists), do: :cordial_sort.merge_all(lists)
  def merge(list1, list2), do: :cordial_sort.merge(&<=/2, list1, list2)
  def merge(fun, list1, list2) when is_function(fun, 2), do: :cordial_sort.merge(fun, list1, list2)
  def merge3(list1, list2, list3), do: merge([list1, list2, list3])
  def umerge(lists), do: :cordial_sort.umerge_all(lists)
  def umerge(list1, list2), do: :cordial_sort.umerge(&<=/2, list1, list2)
  def umerge(fun, list1, list2) when is_function(fun, 2), do: :cordial_sort.umerge(fun, list1, list2)
  def umerge3(list1, list2, list3), do: umerge([list1, list2, list3])
  # Both lists are in reverse, and so is what is made of them: of equal elements those of the second come first.
  def rmerge(list1, list2), do: :cordial_sort.merge(&>/2, list1, list2)
  def rmerge(fun, list1, list2), do: :cordial_sort.merge(&(not fun.(&1, &2)), list1, list2)
  def rmerge3(list1, list2, list3), do: rmerge(rmerge(list1, list2), list3)
  def rumerge(list1, list2), do: :cordial_sort.umerge(&>=/2, list1, list2)
  def rumerge(fun, list1, list2), do: :cordial_sort.umerge(&fun.(&2, &1), list1, list2)
  def rumerge3(list1, list2, list3), do: rumerge(rumerge(list1, list2), list3)

  def keymerge(n, list1, list2) do
    :cordial_sort.merge(&(:erlang.element(n, &1) <= :erlang.element(n, &2)), list1, list2)
  end

  def ukeymerge(n, list1, list2) do
    :cordial_sort.umerge(&(:erlang.element(n, &1) <= :erlang.element(n, &2)), list1, list2)
  end

  def rkeymerge(n, list1, list2) do
    :cordial_sort.merge(&(:erlang.element(n, &1) > :erlang.element(n, &2)), list1, list2)
  end

  def rukeymerge(n, list1, list2) do
    :cordial_sort.umerge(&(:erlang.element(n, &1) >= :erlang.element(n, &2)), list1, list2)
  end
end
