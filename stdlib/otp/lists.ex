defmodule :lists do
  @moduledoc false
  # Erlang's list functions, those that are not native: folds, maps, searches, zips.

  def all(pred, list) when is_function(pred, 1), do: all_1(pred, list)

  defp all_1(pred, [head | tail]) do
    case pred.(head) do
      true -> all_1(pred, tail)
      false -> false
    end
  end

  defp all_1(_pred, []), do: true

  def any(pred, list) when is_function(pred, 1), do: any_1(pred, list)

  defp any_1(pred, [head | tail]) do
    case pred.(head) do
      true -> true
      false -> any_1(pred, tail)
    end
  end

  defp any_1(_pred, []), do: false

  def append(lists), do: append_1(lists)
  defp append_1([last]), do: last
  defp append_1([head | tail]), do: head ++ append_1(tail)
  defp append_1([]), do: []

  def append(list1, list2), do: list1 ++ list2

  def concat(things), do: concat_1(things)
  defp concat_1([head | tail]), do: text(head) ++ concat_1(tail)
  defp concat_1([]), do: []

  defp text(atom) when is_atom(atom), do: :erlang.atom_to_list(atom)
  defp text(integer) when is_integer(integer), do: :erlang.integer_to_list(integer)
  defp text(float) when is_float(float), do: :erlang.float_to_list(float)
  defp text(list) when is_list(list), do: list

  def delete(item, [item | rest]), do: rest
  def delete(item, [other | rest]), do: [other | delete(item, rest)]
  def delete(_item, []), do: []

  def droplast([_]), do: []
  def droplast([head | tail]), do: [head | droplast(tail)]

  def dropwhile(pred, list) when is_function(pred, 1), do: dropwhile_1(pred, list)

  defp dropwhile_1(pred, [head | tail] = list) do
    case pred.(head) do
      true -> dropwhile_1(pred, tail)
      false -> list
    end
  end

  defp dropwhile_1(_pred, []), do: []

  def duplicate(n, x) when is_integer(n) and n >= 0, do: duplicate(n, x, [])
  defp duplicate(0, _x, list), do: list
  defp duplicate(n, x, list), do: duplicate(n - 1, x, [x | list])

  def enumerate(list), do: enumerate(1, 1, list)
  def enumerate(index, list), do: enumerate(index, 1, list)

  def enumerate(index, step, list) when is_integer(index) and is_integer(step) do
    enumerate_1(list, index, step)
  end

  defp enumerate_1([head | tail], index, step), do: [{index, head} | enumerate_1(tail, index + step, step)]
  defp enumerate_1([], _index, _step), do: []

  def filter(pred, list) when is_function(pred, 1), do: filter_1(pred, list)

  defp filter_1(pred, [head | tail]) do
    case pred.(head) do
      true -> [head | filter_1(pred, tail)]
      false -> filter_1(pred, tail)
    end
  end

  defp filter_1(_pred, []), do: []

  def filtermap(fun, list) when is_function(fun, 1), do: filtermap_1(fun, list)

  defp filtermap_1(fun, [head | tail]) do
    case fun.(head) do
      true -> [head | filtermap_1(fun, tail)]
      {true, value} -> [value | filtermap_1(fun, tail)]
      false -> filtermap_1(fun, tail)
    end
  end

  defp filtermap_1(_fun, []), do: []

  def zf(fun, list), do: filtermap(fun, list)

  def flatlength(list), do: flatlength(list, 0)
  defp flatlength([head | tail], n) when is_list(head), do: flatlength(head, flatlength(tail, n))
  defp flatlength([_ | tail], n), do: flatlength(tail, n + 1)
  defp flatlength([], n), do: n

  def flatmap(fun, list) when is_function(fun, 1), do: flatmap_1(fun, list)
  defp flatmap_1(fun, [head | tail]), do: fun.(head) ++ flatmap_1(fun, tail)
  defp flatmap_1(_fun, []), do: []

  def flatten(list) when is_list(list), do: do_flatten(list, [])
  def flatten(list, tail) when is_list(list) and is_list(tail), do: do_flatten(list, tail)

  defp do_flatten([head | tail], rest) when is_list(head), do: do_flatten(head, do_flatten(tail, rest))
  defp do_flatten([head | tail], rest), do: [head | do_flatten(tail, rest)]
  defp do_flatten([], rest), do: rest

  def foldl(fun, acc, list) when is_function(fun, 2), do: foldl_1(fun, acc, list)
  defp foldl_1(fun, acc, [head | tail]), do: foldl_1(fun, fun.(head, acc), tail)
  defp foldl_1(_fun, acc, []), do: acc

  def foldr(fun, acc, list) when is_function(fun, 2), do: foldr_1(fun, acc, list)
  defp foldr_1(fun, acc, [head | tail]), do: fun.(head, foldr_1(fun, acc, tail))
  defp foldr_1(_fun, acc, []), do: acc

  def foreach(fun, list) when is_function(fun, 1), do: foreach_1(fun, list)

  defp foreach_1(fun, [head | tail]) do
    fun.(head)
    foreach_1(fun, tail)
  end

  defp foreach_1(_fun, []), do: :ok

  def join(_separator, []), do: []
  def join(separator, [head | tail]), do: [head | join_prepend(separator, tail)]
  defp join_prepend(separator, [head | tail]), do: [separator, head | join_prepend(separator, tail)]
  defp join_prepend(_separator, []), do: []

  def last([element]), do: element
  def last([_ | tail]), do: last(tail)

  def map(fun, list) when is_function(fun, 1), do: map_1(fun, list)
  defp map_1(fun, [head | tail]), do: [fun.(head) | map_1(fun, tail)]
  defp map_1(_fun, []), do: []

  def mapfoldl(fun, acc, list) when is_function(fun, 2), do: mapfoldl_1(fun, acc, list)

  defp mapfoldl_1(fun, acc, [head | tail]) do
    {mapped, acc} = fun.(head, acc)
    {rest, acc} = mapfoldl_1(fun, acc, tail)
    {[mapped | rest], acc}
  end

  defp mapfoldl_1(_fun, acc, []), do: {[], acc}

  def mapfoldr(fun, acc, list) when is_function(fun, 2), do: mapfoldr_1(fun, acc, list)

  defp mapfoldr_1(fun, acc, [head | tail]) do
    {rest, acc} = mapfoldr_1(fun, acc, tail)
    {mapped, acc} = fun.(head, acc)
    {[mapped | rest], acc}
  end

  defp mapfoldr_1(_fun, acc, []), do: {[], acc}

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

  def partition(pred, list), do: partition(pred, list, [], [])

  defp partition(pred, [head | tail], yes, no) do
    case pred.(head) do
      true -> partition(pred, tail, [head | yes], no)
      false -> partition(pred, tail, yes, [head | no])
    end
  end

  defp partition(pred, [], yes, no) when is_function(pred, 1), do: {:lists.reverse(yes), :lists.reverse(no)}

  def prefix([x | prefix], [x | rest]), do: prefix(prefix, rest)
  def prefix([], list) when is_list(list), do: true
  def prefix([_ | _], list) when is_list(list), do: false

  def reverse([] = list), do: list
  def reverse([_] = list), do: list
  def reverse([a, b]), do: [b, a]
  def reverse([a, b | list]), do: :lists.reverse(list, [b, a])

  def search(pred, list) when is_function(pred, 1), do: search_1(pred, list)

  defp search_1(pred, [head | tail]) do
    case pred.(head) do
      true -> {:value, head}
      false -> search_1(pred, tail)
    end
  end

  defp search_1(_pred, []), do: false

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

  def split(n, list) when is_integer(n) and n >= 0 and is_list(list), do: split(n, list, [])
  def split(n, list), do: :erlang.error(:badarg, [n, list])

  defp split(0, list, front), do: {:lists.reverse(front), list}
  defp split(n, [head | tail], front), do: split(n - 1, tail, [head | front])
  defp split(_n, [], _front), do: :erlang.error(:badarg)

  def splitwith(pred, list) when is_function(pred, 1), do: splitwith(pred, list, [])

  defp splitwith(pred, [head | tail] = list, front) do
    case pred.(head) do
      true -> splitwith(pred, tail, [head | front])
      false -> {:lists.reverse(front), list}
    end
  end

  defp splitwith(_pred, [], front), do: {:lists.reverse(front), []}

  def sublist(list, length) when is_integer(length) and is_list(list) and length >= 0, do: sublist_1(list, length)

  def sublist(list, 1, length) when is_list(list) and is_integer(length) and length >= 0, do: sublist_1(list, length)
  def sublist([], start, length) when is_integer(start) and start >= 2 and is_integer(length) and length >= 0, do: []

  def sublist(list, start, length) when is_integer(start) and start >= 2 and is_integer(length) and length >= 0 do
    list |> drop(start - 1) |> sublist_1(length)
  end

  defp drop([_ | tail], n) when n > 0, do: drop(tail, n - 1)
  defp drop(list, _n), do: list

  defp sublist_1([head | tail], length) when length > 0, do: [head | sublist_1(tail, length - 1)]
  defp sublist_1(_list, _length), do: []

  def subtract(list1, list2), do: list1 -- list2

  def suffix(suffix, list) do
    delta = length(list) - length(suffix)
    delta >= 0 and nthtail(delta, list) === suffix
  end

  def sum(list), do: sum(list, 0)
  defp sum([head | tail], sum), do: sum(tail, sum + head)
  defp sum([], sum), do: sum

  def takewhile(pred, list) when is_function(pred, 1), do: takewhile_1(pred, list)

  defp takewhile_1(pred, [head | tail]) do
    case pred.(head) do
      true -> [head | takewhile_1(pred, tail)]
      false -> []
    end
  end

  defp takewhile_1(_pred, []), do: []

  def uniq(list), do: uniq_1(list, %{})

  defp uniq_1([head | tail], seen) do
    if is_map_key(seen, head), do: uniq_1(tail, seen), else: [head | uniq_1(tail, :maps.put(head, true, seen))]
  end

  defp uniq_1([], _seen), do: []

  def uniq(fun, list) when is_function(fun, 1), do: uniq_2(fun, list, %{})

  defp uniq_2(fun, [head | tail], seen) do
    key = fun.(head)
    if is_map_key(seen, key), do: uniq_2(fun, tail, seen), else: [head | uniq_2(fun, tail, :maps.put(key, true, seen))]
  end

  defp uniq_2(_fun, [], _seen), do: []

  ## Tuples by key

  def keydelete(key, n, list) when is_integer(n) and n > 0, do: keydelete_1(key, n, list)
  defp keydelete_1(key, n, [head | tail]) when elem(head, n - 1) == key, do: tail
  defp keydelete_1(key, n, [head | tail]), do: [head | keydelete_1(key, n, tail)]
  defp keydelete_1(_key, _n, []), do: []

  def keymap(fun, n, [tuple | rest]) do
    [:erlang.setelement(n, tuple, fun.(:erlang.element(n, tuple))) | keymap(fun, n, rest)]
  end

  def keymap(fun, n, []) when is_integer(n) and n >= 1 and is_function(fun, 1), do: []

  def keyreplace(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: keyreplace_1(key, n, list, new)
  defp keyreplace_1(key, n, [head | tail], new) when elem(head, n - 1) == key, do: [new | tail]
  defp keyreplace_1(key, n, [head | tail], new), do: [head | keyreplace_1(key, n, tail, new)]
  defp keyreplace_1(_key, _n, [], _new), do: []

  def keystore(key, n, list, new) when is_integer(n) and n > 0 and is_tuple(new), do: keystore_1(key, n, list, new)
  defp keystore_1(key, n, [head | tail], new) when elem(head, n - 1) == key, do: [new | tail]
  defp keystore_1(key, n, [head | tail], new), do: [head | keystore_1(key, n, tail, new)]
  defp keystore_1(_key, _n, [], new), do: [new]

  def keytake(key, n, list) when is_integer(n) and n > 0, do: keytake(key, n, list, [])

  defp keytake(key, n, [head | tail], front) when elem(head, n - 1) == key do
    {:value, head, :lists.reverse(front, tail)}
  end

  defp keytake(key, n, [head | tail], front), do: keytake(key, n, tail, [head | front])
  defp keytake(_key, _n, [], _front), do: false

  ## Zips

  def unzip(list), do: unzip(list, [], [])
  defp unzip([{x, y} | rest], xs, ys), do: unzip(rest, [x | xs], [y | ys])
  defp unzip([], xs, ys), do: {:lists.reverse(xs), :lists.reverse(ys)}

  def unzip3(list), do: unzip3(list, [], [], [])
  defp unzip3([{x, y, z} | rest], xs, ys, zs), do: unzip3(rest, [x | xs], [y | ys], [z | zs])
  defp unzip3([], xs, ys, zs), do: {:lists.reverse(xs), :lists.reverse(ys), :lists.reverse(zs)}

  def zip(xs, ys), do: zip(xs, ys, :fail)

  def zip([x | xs], [y | ys], how), do: [{x, y} | zip(xs, ys, how)]
  def zip([], [], :fail), do: []
  def zip([], [], :trim), do: []
  def zip([], [], {:pad, {_, _}}), do: []
  def zip([_ | _], [], :trim), do: []
  def zip([], [_ | _], :trim), do: []
  def zip([], [_ | _] = ys, {:pad, {x, _}}), do: for_each(ys, &{x, &1})
  def zip([_ | _] = xs, [], {:pad, {_, y}}), do: for_each(xs, &{&1, y})

  defp for_each([head | tail], fun), do: [fun.(head) | for_each(tail, fun)]
  defp for_each([], _fun), do: []

  def zip3(xs, ys, zs), do: zip3(xs, ys, zs, :fail)

  def zip3([x | xs], [y | ys], [z | zs], how), do: [{x, y, z} | zip3(xs, ys, zs, how)]
  def zip3([], [], [], :fail), do: []
  def zip3([], [], [], {:pad, {_, _, _}}), do: []
  def zip3(xs, ys, zs, :trim) when is_list(xs) and is_list(ys) and is_list(zs), do: []

  def zip3(xs, ys, zs, {:pad, {x, y, z}} = how) do
    {x1, xs} = next(xs, x)
    {y1, ys} = next(ys, y)
    {z1, zs} = next(zs, z)
    [{x1, y1, z1} | zip3(xs, ys, zs, how)]
  end

  defp next([head | tail], _default), do: {head, tail}
  defp next([], default), do: {default, []}

  def zipwith(fun, xs, ys), do: zipwith(fun, xs, ys, :fail)

  def zipwith(fun, [x | xs], [y | ys], how), do: [fun.(x, y) | zipwith(fun, xs, ys, how)]
  def zipwith(fun, [], [], :fail) when is_function(fun, 2), do: []
  def zipwith(fun, [], [], :trim) when is_function(fun, 2), do: []
  def zipwith(fun, [], [], {:pad, {_, _}}) when is_function(fun, 2), do: []
  def zipwith(fun, [_ | _], [], :trim) when is_function(fun, 2), do: []
  def zipwith(fun, [], [_ | _], :trim) when is_function(fun, 2), do: []
  def zipwith(fun, [], [_ | _] = ys, {:pad, {x, _}}), do: for_each(ys, &fun.(x, &1))
  def zipwith(fun, [_ | _] = xs, [], {:pad, {_, y}}), do: for_each(xs, &fun.(&1, y))

  def zipwith3(fun, xs, ys, zs), do: zipwith3(fun, xs, ys, zs, :fail)

  def zipwith3(fun, [x | xs], [y | ys], [z | zs], how), do: [fun.(x, y, z) | zipwith3(fun, xs, ys, zs, how)]
  def zipwith3(fun, [], [], [], :fail) when is_function(fun, 3), do: []
  def zipwith3(fun, [], [], [], {:pad, {_, _, _}}) when is_function(fun, 3), do: []

  def zipwith3(fun, xs, ys, zs, :trim) when is_function(fun, 3) and is_list(xs) and is_list(ys) and is_list(zs) do
    []
  end

  def zipwith3(fun, xs, ys, zs, {:pad, {x, y, z}} = how) do
    {x1, xs} = next(xs, x)
    {y1, ys} = next(ys, y)
    {z1, zs} = next(zs, z)
    [fun.(x1, y1, z1) | zipwith3(fun, xs, ys, zs, how)]
  end

  ## Order: in :cordial_sort

  def sort(list), do: :cordial_sort.sort(&<=/2, list)
  def sort(fun, list) when is_function(fun, 2), do: :cordial_sort.sort(fun, list)
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
  def rmerge(list1, list2), do: :cordial_sort.merge(&>=/2, list1, list2)
  def rmerge(fun, list1, list2), do: :cordial_sort.merge(&not_before(fun, &1, &2), list1, list2)
  def rmerge3(list1, list2, list3), do: rmerge(rmerge(list1, list2), list3)
  def rumerge(list1, list2), do: :cordial_sort.umerge(&>=/2, list1, list2)
  def rumerge(fun, list1, list2), do: :cordial_sort.umerge(&fun.(&2, &1), list1, list2)
  def rumerge3(list1, list2, list3), do: rumerge(rumerge(list1, list2), list3)

  defp not_before(fun, a, b), do: fun.(b, a)

  def keymerge(n, list1, list2) do
    :cordial_sort.merge(&(:erlang.element(n, &1) <= :erlang.element(n, &2)), list1, list2)
  end

  def ukeymerge(n, list1, list2) do
    :cordial_sort.umerge(&(:erlang.element(n, &1) <= :erlang.element(n, &2)), list1, list2)
  end

  def rkeymerge(n, list1, list2) do
    :cordial_sort.merge(&(:erlang.element(n, &1) >= :erlang.element(n, &2)), list1, list2)
  end

  def rukeymerge(n, list1, list2) do
    :cordial_sort.umerge(&(:erlang.element(n, &1) >= :erlang.element(n, &2)), list1, list2)
  end
end
