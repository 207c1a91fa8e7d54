defmodule Enum do
  @moduledoc """
  Functions over everything that implements `Enumerable`.

  All of them are eager; `Stream` holds the lazy ones. Lists take short cuts
  that never touch the protocol, and so do maps and ranges where it pays.
  """

  import Kernel, except: [max: 2, min: 2]

  alias Enum.{Chunk, Extreme, Lists, Pick, Pour, Sort}

  @type t :: Enumerable.t()
  @type acc :: any
  @type element :: any
  @type index :: integer
  @type default :: any

  @doc "Whether every element is truthy."
  @spec all?(t) :: boolean
  def all?(enumerable) when is_list(enumerable), do: Lists.all?(enumerable)

  def all?(enumerable) do
    halting(enumerable, true, fn element, _ ->
      if element, do: {:cont, true}, else: {:halt, false}
    end)
  end

  @doc "Whether `fun` is truthy for every element."
  @spec all?(t, (element -> as_boolean(term))) :: boolean
  def all?(enumerable, fun) when is_list(enumerable), do: Lists.all?(enumerable, fun)

  def all?(enumerable, fun) do
    halting(enumerable, true, fn element, _ ->
      if fun.(element), do: {:cont, true}, else: {:halt, false}
    end)
  end

  @doc "Whether any element is truthy."
  @spec any?(t) :: boolean
  def any?(enumerable) when is_list(enumerable), do: Lists.any?(enumerable)

  def any?(enumerable) do
    halting(enumerable, false, fn element, _ ->
      if element, do: {:halt, true}, else: {:cont, false}
    end)
  end

  @doc "Whether `fun` is truthy for some element."
  @spec any?(t, (element -> as_boolean(term))) :: boolean
  def any?(enumerable, fun) when is_list(enumerable), do: Lists.any?(enumerable, fun)

  def any?(enumerable, fun) do
    halting(enumerable, false, fn element, _ ->
      if fun.(element), do: {:halt, true}, else: {:cont, false}
    end)
  end

  @doc "The element at `index` (negative: from the end), or `default`."
  @spec at(t, index, default) :: element | default
  def at(enumerable, index, default \\ nil) when is_integer(index) do
    case Pick.fetch(enumerable, index) do
      {:ok, element} -> element
      :error -> default
    end
  end

  @doc "Cuts where the value of `fun` changes."
  @spec chunk_by(t, (element -> any)) :: [list]
  def chunk_by(enumerable, fun), do: Chunk.by(enumerable, fun)

  @doc "Chunks of `count` elements; the last may be shorter."
  @spec chunk_every(t, pos_integer) :: [list]
  def chunk_every(enumerable, count), do: chunk_every(enumerable, count, count, [])

  @doc "Chunks of `count` elements that begin `step` apart; `leftover` completes the last, `:discard` drops it."
  @spec chunk_every(t, pos_integer, pos_integer, t | :discard) :: [list]
  def chunk_every(enumerable, count, step, leftover \\ [])
      when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    Chunk.every(enumerable, count, step, leftover)
  end

  @doc "Chunks as `chunk_fun` says; `after_fun` ends the last one."
  @spec chunk_while(t, acc, (element, acc -> term), (acc -> term)) :: list
  def chunk_while(enumerable, acc, chunk_fun, after_fun) do
    Chunk.while(enumerable, acc, chunk_fun, after_fun)
  end

  @doc "Joins an enumerable of enumerables into one list."
  @spec concat(t) :: list
  def concat(enumerables)
  def concat(list) when is_list(list), do: Lists.concat(list)
  def concat(enumerables), do: flat_map(enumerables, & &1)

  @doc "Joins two enumerables into one list."
  @spec concat(t, t) :: list
  def concat(left, right) when is_list(left) and is_list(right), do: left ++ right
  def concat(left, right), do: Lists.concat([left, right])

  @doc "The number of elements."
  @spec count(t) :: non_neg_integer
  def count(enumerable) when is_list(enumerable), do: length(enumerable)

  def count(enumerable) do
    case Enumerable.count(enumerable) do
      {:ok, count} when is_integer(count) -> count
      {:error, _module} -> reduce(enumerable, 0, fn _, count -> count + 1 end)
    end
  end

  @doc "How many elements make `fun` truthy."
  @spec count(t, (element -> as_boolean(term))) :: non_neg_integer
  def count(enumerable, fun) do
    reduce(enumerable, 0, fn element, count -> if fun.(element), do: count + 1, else: count end)
  end

  @doc "Counts, but stops at `limit`."
  @spec count_until(t, pos_integer) :: non_neg_integer
  def count_until(enumerable, limit) when is_integer(limit) and limit > 0 do
    case is_list(enumerable) or Enumerable.count(enumerable) do
      {:ok, count} -> Kernel.min(count, limit)
      _ -> count_until(enumerable, fn _ -> true end, limit)
    end
  end

  @doc "Counts the elements that make `fun` truthy, but stops at `limit`."
  @spec count_until(t, (element -> as_boolean(term)), pos_integer) :: non_neg_integer
  def count_until(enumerable, fun, limit) when is_integer(limit) and limit > 0 do
    halting(enumerable, 0, fn element, count ->
      cond do
        !fun.(element) -> {:cont, count}
        count + 1 == limit -> {:halt, limit}
        true -> {:cont, count + 1}
      end
    end)
  end

  @doc "Drops an element that is equal to the one before it."
  @spec dedup(t) :: list
  def dedup(enumerable), do: dedup_by(enumerable, & &1)

  @doc "Drops an element whose `fun` value is that of the one before it."
  @spec dedup_by(t, (element -> term)) :: list
  def dedup_by(enumerable, fun), do: Chunk.dedup(to_list(enumerable), fun)

  @doc "Leaves out the first `amount` elements (negative: the last ones)."
  @spec drop(t, integer) :: list
  def drop(enumerable, amount)

  def drop(list, amount) when is_list(list) and is_integer(amount) and amount >= 0 do
    Pick.drop_list(list, amount)
  end

  def drop(enumerable, 0), do: to_list(enumerable)

  def drop(enumerable, amount) when is_integer(amount) and amount > 0,
    do: Pick.drop(enumerable, amount)

  def drop(enumerable, amount) when is_integer(amount) do
    list = to_list(enumerable)
    Pick.take_list(list, Kernel.max(length(list) + amount, 0))
  end

  @doc "Leaves out every `nth` element, beginning with the first."
  @spec drop_every(t, non_neg_integer) :: list
  def drop_every(enumerable, nth)
  def drop_every(enumerable, 0), do: to_list(enumerable)
  def drop_every(_enumerable, 1), do: []

  def drop_every(enumerable, nth) when is_integer(nth) and nth > 1 do
    Pick.drop_every(to_list(enumerable), nth, 0)
  end

  @doc "Leaves out elements at the front while `fun` is truthy."
  @spec drop_while(t, (element -> as_boolean(term))) :: list
  def drop_while(enumerable, fun) when is_list(enumerable), do: Lists.drop_while(enumerable, fun)
  def drop_while(enumerable, fun), do: Lists.drop_while(to_list(enumerable), fun)

  @doc "Calls `fun` for every element and returns `:ok`."
  @spec each(t, (element -> any)) :: :ok
  def each(enumerable, fun) when is_list(enumerable), do: Lists.each(enumerable, fun)

  def each(enumerable, fun) do
    reduce(enumerable, nil, fn element, _ ->
      fun.(element)
      nil
    end)

    :ok
  end

  @doc "Whether there are no elements."
  @spec empty?(t) :: boolean
  def empty?(enumerable) when is_list(enumerable), do: enumerable == []

  def empty?(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, count, _fun} -> count == 0
      {:error, _module} -> halting(enumerable, true, fn _, _ -> {:halt, false} end)
    end
  end

  @doc "`{:ok, element}` at `index`, or `:error`."
  @spec fetch(t, index) :: {:ok, element} | :error
  def fetch(enumerable, index) when is_integer(index), do: Pick.fetch(enumerable, index)

  @doc "The element at `index`, or raises `Enum.OutOfBoundsError`."
  @spec fetch!(t, index) :: element
  def fetch!(enumerable, index) when is_integer(index) do
    case Pick.fetch(enumerable, index) do
      {:ok, element} -> element
      :error -> raise Enum.OutOfBoundsError
    end
  end

  @doc "The elements for which `fun` is truthy."
  @spec filter(t, (element -> as_boolean(term))) :: list
  def filter(enumerable, fun) when is_list(enumerable), do: Lists.keep(enumerable, fun)

  def filter(enumerable, fun) do
    gathered(enumerable, &if(fun.(&1), do: [&1 | &2], else: &2))
  end

  @doc false
  @deprecated "Use Enum.filter/2 + Enum.map/2 or for comprehensions instead"
  def filter_map(enumerable, filter, mapper) do
    for element <- to_list(enumerable), filter.(element), do: mapper.(element)
  end

  @doc "The first element for which `fun` is truthy, or `default`."
  @spec find(t, default, (element -> any)) :: element | default
  def find(enumerable, default \\ nil, fun)
  def find(enumerable, default, fun) when is_list(enumerable), do: Lists.find(enumerable, default, fun)

  def find(enumerable, default, fun) do
    halting(enumerable, default, fn element, default ->
      if fun.(element), do: {:halt, element}, else: {:cont, default}
    end)
  end

  @doc "The position of the first element for which `fun` is truthy, or `nil`."
  @spec find_index(t, (element -> any)) :: non_neg_integer | nil
  def find_index(enumerable, fun) when is_list(enumerable), do: Lists.position(enumerable, 0, fun)

  def find_index(enumerable, fun) do
    result =
      halting(enumerable, {:none, 0}, fn element, {_, index} ->
        if fun.(element), do: {:halt, {:at, index}}, else: {:cont, {:none, index + 1}}
      end)

    case result do
      {:at, index} -> index
      {:none, _} -> nil
    end
  end

  @doc "The first truthy value of `fun`, or `default`."
  @spec find_value(t, default, (element -> found)) :: found | default when found: term
  def find_value(enumerable, default \\ nil, fun)

  def find_value(enumerable, default, fun) when is_list(enumerable) do
    Lists.first_value(enumerable, default, fun)
  end

  def find_value(enumerable, default, fun) do
    halting(enumerable, default, fn element, default ->
      value = fun.(element)
      if value, do: {:halt, value}, else: {:cont, default}
    end)
  end

  @doc "Maps and joins the enumerables that `fun` returns."
  @spec flat_map(t, (element -> t)) :: list
  def flat_map(enumerable, fun) when is_list(enumerable), do: Lists.flat_map(enumerable, fun)

  def flat_map(enumerable, fun) do
    gathered(enumerable, &reverse(fun.(&1), &2))
  end

  @doc "`flat_map/2` with an accumulator; `{:halt, acc}` stops it."
  @spec flat_map_reduce(t, acc, (element, acc -> {t, acc} | {:halt, acc})) :: {[any], acc}
  def flat_map_reduce(enumerable, acc, fun) do
    {found, acc} =
      halting(enumerable, {[], acc}, fn element, {found, acc} ->
        case fun.(element, acc) do
          {:halt, acc} -> {:halt, {found, acc}}
          {more, acc} -> {:cont, {reverse(more, found), acc}}
        end
      end)

    {:lists.reverse(found), acc}
  end

  @doc "A map from element to how often it occurs."
  @spec frequencies(t) :: map
  def frequencies(enumerable), do: reduce(enumerable, %{}, &tally/2)

  defp tally(key, counts), do: :maps.put(key, :maps.get(key, counts, 0) + 1, counts)

  @doc "A map from the value of `key_fun` to how often it occurs."
  @spec frequencies_by(t, (element -> any)) :: map
  def frequencies_by(enumerable, key_fun) when is_function(key_fun) do
    reduce(enumerable, %{}, &tally(key_fun.(&1), &2))
  end

  @doc "A map from the value of `key_fun` to the elements (through `value_fun`) that have it."
  @spec group_by(t, (element -> any), (element -> any)) :: map
  def group_by(enumerable, key_fun, value_fun \\ fn element -> element end) when is_function(key_fun) do
    enumerable |> reverse() |> Lists.group(%{}, key_fun, value_fun)
  end

  @doc "Puts `separator` between the elements."
  @spec intersperse(t, element) :: list
  def intersperse(enumerable, separator) do
    case to_list(enumerable) do
      [] -> []
      [first | rest] -> [first | Lists.separated(rest, separator)]
    end
  end

  @doc "Pours the elements into `collectable`."
  @spec into(Enumerable.t(), Collectable.t()) :: Collectable.t()
  def into(enumerable, collectable)
  def into(enumerable, []), do: to_list(enumerable)

  def into(enumerable, collectable) when is_non_struct_map(collectable) and not is_struct(enumerable) do
    Pour.into_map(enumerable, collectable)
  end

  def into(enumerable, collectable), do: Pour.into(enumerable, collectable)

  @doc "Pours the elements, each through `transform`, into `collectable`."
  @spec into(Enumerable.t(), Collectable.t(), (term -> term)) :: Collectable.t()
  def into(enumerable, [], transform), do: map(enumerable, transform)

  def into(enumerable, collectable, transform) when is_non_struct_map(collectable) and not is_struct(enumerable) do
    enumerable |> map(transform) |> Pour.into_map(collectable)
  end

  def into(enumerable, collectable, transform), do: Pour.into(enumerable, collectable, transform)

  @doc "Joins the elements as strings with `joiner` between them."
  @spec join(t, binary) :: binary
  def join(enumerable, joiner \\ "")

  def join(enumerable, joiner) when is_binary(joiner) do
    enumerable |> to_list() |> Lists.texts(joiner) |> IO.iodata_to_binary()
  end

  @doc "The values of `fun` for all elements, in order."
  @spec map(t, (element -> any)) :: list
  def map(enumerable, fun)
  def map(enumerable, fun) when is_list(enumerable), do: Lists.map(enumerable, fun)
  def map(first..last//step, fun), do: Lists.map_integers(first, last, step, fun)

  def map(enumerable, fun) do
    gathered(enumerable, &[fun.(&1) | &2])
  end

  @doc "Maps every `nth` element, beginning with the first; the others stay."
  @spec map_every(t, non_neg_integer, (element -> any)) :: list
  def map_every(enumerable, nth, fun)
  def map_every(enumerable, 0, _fun), do: to_list(enumerable)

  def map_every(enumerable, nth, fun) when is_integer(nth) and nth > 0 do
    Pick.map_every(to_list(enumerable), nth, 0, fun)
  end

  @doc "Maps, and puts `separator` between the results."
  @spec map_intersperse(t, element, (element -> any)) :: list
  def map_intersperse(enumerable, separator, mapper) do
    case to_list(enumerable) do
      [] -> []
      [first | rest] -> [mapper.(first) | Lists.map_separated(rest, separator, mapper)]
    end
  end

  @doc "Maps and joins in one go."
  @spec map_join(t, String.t(), (element -> String.Chars.t())) :: String.t()
  def map_join(enumerable, joiner \\ "", mapper) when is_binary(joiner) do
    enumerable |> map(mapper) |> Lists.texts(joiner) |> IO.iodata_to_binary()
  end

  @doc "Maps with an accumulator: `fun` returns `{mapped, acc}`."
  @spec map_reduce(t, acc, (element, acc -> {element, acc})) :: {list, acc}
  def map_reduce(enumerable, acc, fun) when is_list(enumerable) do
    Lists.map_with(enumerable, acc, fun, [])
  end

  def map_reduce(enumerable, acc, fun) do
    {acc, mapped} =
      reduce(enumerable, {acc, []}, fn element, {acc, mapped} ->
        {new, acc} = fun.(element, acc)
        {acc, [new | mapped]}
      end)

    {:lists.reverse(mapped), acc}
  end

  @doc "The greatest element by `sorter` (`&>=/2`, or a module with `compare/2`)."
  def max(enumerable, sorter \\ &>=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def max(enumerable, empty_fallback, _) when is_function(empty_fallback, 0) do
    Extreme.max(enumerable, &>=/2, empty_fallback)
  end

  def max(enumerable, sorter, empty_fallback), do: Extreme.max(enumerable, sorter, empty_fallback)

  @doc "The element with the greatest `fun` value."
  def max_by(enumerable, fun, sorter \\ &>=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def max_by(enumerable, fun, empty_fallback, _)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    Extreme.by(enumerable, fun, &>=/2, empty_fallback)
  end

  def max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    Extreme.by(enumerable, fun, Extreme.max_fun(sorter), empty_fallback)
  end

  @doc "Whether `element` is among the elements (`===`)."
  @spec member?(t, element) :: boolean
  def member?(enumerable, element) when is_list(enumerable), do: :lists.member(element, enumerable)

  def member?(enumerable, element) do
    case Enumerable.member?(enumerable, element) do
      {:ok, answer} when is_boolean(answer) ->
        answer

      {:error, _module} ->
        halting(enumerable, false, fn
          candidate, _ when candidate === element -> {:halt, true}
          _, _ -> {:cont, false}
        end)
    end
  end

  @doc "The least element by `sorter` (`&<=/2`, or a module with `compare/2`)."
  def min(enumerable, sorter \\ &<=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min(enumerable, empty_fallback, _) when is_function(empty_fallback, 0) do
    Extreme.min(enumerable, &<=/2, empty_fallback)
  end

  def min(enumerable, sorter, empty_fallback), do: Extreme.min(enumerable, sorter, empty_fallback)

  @doc "The element with the least `fun` value."
  def min_by(enumerable, fun, sorter \\ &<=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min_by(enumerable, fun, empty_fallback, _)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    Extreme.by(enumerable, fun, &<=/2, empty_fallback)
  end

  def min_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    Extreme.by(enumerable, fun, Extreme.min_fun(sorter), empty_fallback)
  end

  @doc "The least and the greatest element as a pair."
  @spec min_max(t, (-> empty)) :: {element, element} | empty when empty: any
  def min_max(enumerable, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min_max(first..last//step = range, empty_fallback) when is_function(empty_fallback, 0) do
    case Range.size(range) do
      0 -> empty_fallback.()
      _ -> Extreme.range_min_max(first, last, step)
    end
  end

  def min_max(enumerable, empty_fallback) when is_function(empty_fallback, 0) do
    Extreme.min_max(to_list(enumerable), empty_fallback)
  end

  @doc "The elements with the least and the greatest `fun` value."
  def min_max_by(
        enumerable,
        fun,
        sorter_or_empty_fallback \\ &</2,
        empty_fallback \\ fn -> raise Enum.EmptyError end
      )

  def min_max_by(enumerable, fun, empty_fallback, _)
      when is_function(fun, 1) and is_function(empty_fallback, 0) do
    Extreme.min_max_by(to_list(enumerable), fun, &</2, empty_fallback)
  end

  def min_max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    Extreme.min_max_by(to_list(enumerable), fun, Extreme.less_fun(sorter), empty_fallback)
  end

  @doc false
  @deprecated "Use Enum.split_with/2 instead"
  def partition(enumerable, fun), do: split_with(enumerable, fun)

  @doc "The product of the elements."
  @spec product(t) :: number
  def product(enumerable), do: reduce(enumerable, 1, &Kernel.*/2)

  @doc "The product of what `mapper` returns."
  @spec product_by(t, (element -> number)) :: number
  def product_by(enumerable, mapper) do
    reduce(enumerable, 1, fn element, product -> product * mapper.(element) end)
  end

  @doc "A random element, drawn with `:rand`."
  @spec random(t) :: element
  def random(enumerable), do: Pick.random(enumerable)

  @doc "Folds the elements, the first being the start value."
  @spec reduce(t, (element, acc -> acc)) :: acc
  def reduce(enumerable, fun)
  def reduce([first | rest], fun), do: reduce(rest, first, fun)
  def reduce([], _fun), do: raise(Enum.EmptyError)

  def reduce(enumerable, fun) do
    case reduce(enumerable, :none, fn
           element, {:some, acc} -> {:some, fun.(element, acc)}
           element, :none -> {:some, element}
         end) do
      {:some, acc} -> acc
      :none -> raise Enum.EmptyError
    end
  end

  @doc "Folds the elements from `acc` with `fun`."
  @spec reduce(t, acc, (element, acc -> acc)) :: acc
  def reduce(list, acc, fun) when is_list(list), do: Lists.fold(list, acc, fun)
  def reduce(map, acc, fun) when is_non_struct_map(map), do: Lists.fold(:maps.to_list(map), acc, fun)
  def reduce(first..last//step, acc, fun), do: Lists.fold_integers(first, last, step, acc, fun)
  def reduce(enumerable, acc, fun), do: halting(enumerable, acc, &{:cont, fun.(&1, &2)})

  @doc "Folds until `fun` returns `{:halt, acc}`."
  @spec reduce_while(t, any, (element, any -> {:cont, any} | {:halt, any})) :: any
  def reduce_while(enumerable, acc, fun), do: halting(enumerable, acc, fun)

  @doc "The elements for which `fun` is falsy."
  @spec reject(t, (element -> as_boolean(term))) :: list
  def reject(enumerable, fun) when is_list(enumerable), do: Lists.leave_out(enumerable, fun)

  def reject(enumerable, fun) do
    gathered(enumerable, &if(fun.(&1), do: &2, else: [&1 | &2]))
  end

  @doc "The elements from last to first."
  @spec reverse(t) :: list
  def reverse(enumerable), do: reverse(enumerable, [])

  @doc "The elements from last to first, then those of `tail`."
  @spec reverse(t, t) :: list
  def reverse(enumerable, tail) when is_list(enumerable) do
    :lists.reverse(enumerable, to_list(tail))
  end

  def reverse(enumerable, tail), do: reduce(enumerable, to_list(tail), fn element, done -> [element | done] end)

  @doc "Turns `count` elements round, beginning at `start_index`."
  @spec reverse_slice(t, non_neg_integer, non_neg_integer) :: list
  def reverse_slice(enumerable, start_index, count)
      when is_integer(start_index) and start_index >= 0 and is_integer(count) and count >= 0 do
    {front, rest} = Pick.split_list(to_list(enumerable), start_index)
    {middle, tail} = Pick.split_list(rest, count)
    front ++ :lists.reverse(middle, tail)
  end

  @doc "All intermediate values of a fold that begins with the first element."
  @spec scan(t, (element, any -> any)) :: list
  def scan(enumerable, fun) do
    case to_list(enumerable) do
      [] -> []
      [first | rest] -> [first | Lists.running(rest, first, fun)]
    end
  end

  @doc "All intermediate values of a fold from `acc`."
  @spec scan(t, any, (element, any -> any)) :: list
  def scan(enumerable, acc, fun), do: Lists.running(to_list(enumerable), acc, fun)

  @doc "The elements in random order."
  @spec shuffle(t) :: list
  def shuffle(enumerable) do
    enumerable
    |> reduce([], fn element, acc -> [{:rand.uniform(), element} | acc] end)
    |> then(&:lists.keysort(1, &1))
    |> Lists.map(fn {_, element} -> element end)
  end

  @doc "The elements at the positions of `index_range`."
  @spec slice(t, Range.t()) :: list
  def slice(enumerable, first..last//step = index_range) do
    if step > 0 do
      Pick.slice_range(enumerable, first, last, step)
    else
      if first > last and step == -1 do
        IO.warn(
          "negative steps are not supported in Enum.slice/2, pass #{first}..#{last}//1 instead"
        )

        Pick.slice_range(enumerable, first, last, 1)
      else
        raise ArgumentError,
              "Enum.slice/2 does not accept ranges with negative steps, got: #{inspect(index_range)}"
      end
    end
  end

  @doc "`amount` elements from `start_index` on."
  @spec slice(t, index, non_neg_integer) :: list
  def slice(_enumerable, start_index, 0) when is_integer(start_index), do: []

  def slice(enumerable, start_index, amount)
      when is_integer(start_index) and is_integer(amount) and amount >= 0 do
    Pick.slice(enumerable, start_index, amount)
  end

  @doc "Moves the element, or the range of elements, to `insertion_index`."
  def slide(enumerable, range_or_single_index, insertion_index)
  def slide(enumerable, single, index) when is_integer(single), do: Pick.slide_one(enumerable, single, index)
  def slide(enumerable, _.._//_ = range, index), do: Pick.slide(enumerable, range, index)

  @doc "Sorted by term order."
  @spec sort(t) :: list
  def sort(enumerable) when is_list(enumerable), do: :lists.sort(enumerable)
  def sort(enumerable), do: :lists.sort(to_list(enumerable))

  @doc "Sorted by `:asc`, `:desc`, a function, a module with `compare/2`, or `{order, module}`."
  def sort(enumerable, sorter)
  def sort(enumerable, :asc), do: sort(enumerable)
  def sort(enumerable, :desc), do: enumerable |> reverse() |> :lists.sort() |> :lists.reverse()
  def sort(enumerable, sorter), do: Sort.sort(to_list(enumerable), Sort.ordering(sorter))

  @doc "Sorted by the value of `mapper`."
  def sort_by(enumerable, mapper, sorter \\ :asc)

  def sort_by(enumerable, mapper, :asc) do
    enumerable |> map(&{mapper.(&1), &1}) |> then(&:lists.keysort(1, &1)) |> Sort.values()
  end

  def sort_by(enumerable, mapper, :desc) do
    keyed = reduce(enumerable, [], fn element, acc -> [{mapper.(element), element} | acc] end)
    Sort.reversed_values(:lists.keysort(1, keyed), [])
  end

  def sort_by(enumerable, mapper, sorter) do
    keyed = map(enumerable, &{mapper.(&1), &1})
    keyed |> List.keysort(0, sorter) |> Sort.values()
  end

  @doc "Splits after `count` elements (negative: counted from the end)."
  @spec split(t, integer) :: {list, list}
  def split(enumerable, count) when is_list(enumerable) and is_integer(count) and count >= 0 do
    Pick.split_list(enumerable, count)
  end

  def split(enumerable, count) when is_integer(count) do
    list = to_list(enumerable)
    count = if count < 0, do: Kernel.max(length(list) + count, 0), else: count
    Pick.split_list(list, count)
  end

  @doc "Splits before the first element for which `fun` is falsy."
  @spec split_while(t, (element -> as_boolean(term))) :: {list, list}
  def split_while(enumerable, fun), do: Lists.split_while(to_list(enumerable), fun, [])

  @doc "The elements for which `fun` is truthy, and the others."
  @spec split_with(t, (element -> as_boolean(term))) :: {list, list}
  def split_with(enumerable, fun) do
    {kept, others} =
      reduce(enumerable, {[], []}, fn element, {kept, others} ->
        case !fun.(element) do
          false -> {[element | kept], others}
          true -> {kept, [element | others]}
        end
      end)

    {:lists.reverse(kept), :lists.reverse(others)}
  end

  @doc "The sum of the elements."
  @spec sum(t) :: number
  def sum(enumerable)

  def sum(first..last//step = range) do
    case Range.size(range) do
      0 -> 0
      size -> div(size * (first + last - rem(last - first, step)), 2)
    end
  end

  def sum(enumerable) when is_list(enumerable), do: Lists.sum(enumerable, 0)
  def sum(enumerable), do: reduce(enumerable, 0, &Kernel.+/2)

  @doc "The sum of what `mapper` returns."
  @spec sum_by(t, (element -> number)) :: number
  def sum_by(enumerable, mapper) when is_list(enumerable), do: Lists.sum_by(enumerable, mapper, 0)
  def sum_by(enumerable, mapper), do: reduce(enumerable, 0, fn x, sum -> sum + mapper.(x) end)

  @doc "The first `amount` elements (negative: the last ones)."
  @spec take(t, integer) :: list
  def take(enumerable, amount)
  def take(_enumerable, 0), do: []

  def take(enumerable, amount) when is_list(enumerable) and is_integer(amount) and amount > 0 do
    Pick.take_list(enumerable, amount)
  end

  def take(enumerable, amount) when is_integer(amount) and amount > 0 do
    Pick.take(enumerable, amount)
  end

  def take(enumerable, amount) when is_integer(amount) do
    list = to_list(enumerable)
    Pick.drop_list(list, Kernel.max(length(list) + amount, 0))
  end

  @doc "Every `nth` element, beginning with the first."
  @spec take_every(t, non_neg_integer) :: list
  def take_every(enumerable, nth)
  def take_every(_enumerable, 0), do: []
  def take_every(enumerable, 1), do: to_list(enumerable)

  def take_every(enumerable, nth) when is_integer(nth) and nth > 1 do
    Pick.take_every(to_list(enumerable), nth)
  end

  @doc "`count` random elements in random order."
  @spec take_random(t, non_neg_integer) :: list
  def take_random(enumerable, count) when is_integer(count) and count >= 0 do
    Pick.take_random(enumerable, count)
  end

  @doc "The elements at the front while `fun` is truthy."
  @spec take_while(t, (element -> as_boolean(term))) :: list
  def take_while(enumerable, fun) when is_list(enumerable), do: Lists.take_while(enumerable, fun)

  def take_while(enumerable, fun) do
    enumerable
    |> halting([], fn element, acc ->
      if fun.(element), do: {:cont, [element | acc]}, else: {:halt, acc}
    end)
    |> :lists.reverse()
  end

  @doc "The elements as a list."
  @spec to_list(t) :: [element]
  def to_list(list) when is_list(list), do: list
  def to_list(map) when is_non_struct_map(map), do: :maps.to_list(map)
  def to_list(%{__struct__: Range, first: first, last: last, step: step}), do: Range.Walk.list(first, last, step)
  def to_list(enumerable), do: enumerable |> reverse() |> :lists.reverse()

  @doc "The elements without repetitions."
  @spec uniq(t) :: list
  def uniq(enumerable), do: enumerable |> to_list() |> Lists.uniq(%{})

  @doc false
  @deprecated "Use Enum.uniq_by/2 instead"
  def uniq(enumerable, fun), do: uniq_by(enumerable, fun)

  @doc "The elements without those whose `fun` value came before."
  @spec uniq_by(t, (element -> term)) :: list
  def uniq_by(enumerable, fun), do: enumerable |> to_list() |> Lists.uniq_by(fun, %{})

  @doc "Turns pairs into a pair of lists."
  @spec unzip(t) :: {[element], [element]}
  def unzip(enumerable) do
    enumerable |> reverse() |> Lists.fold({[], []}, fn {one, other}, {ones, others} -> {[one | ones], [other | others]} end)
  end

  @doc "Pairs each element with its index, or calls `fun` with both."
  def with_index(enumerable, fun_or_offset \\ 0)
  def with_index(enumerable, offset) when is_integer(offset), do: Lists.numbered(to_list(enumerable), offset)
  def with_index(enumerable, fun) when is_function(fun, 2), do: Lists.map_numbered(to_list(enumerable), 0, fun)

  @doc "Zips two enumerables into pairs."
  @spec zip(t, t) :: [{any, any}]
  def zip(left, right) when is_list(left) and is_list(right), do: Lists.zip(left, right)
  def zip(left, right), do: zip([left, right])

  @doc "Zips many enumerables into tuples."
  @spec zip(t) :: [tuple]
  def zip([]), do: []
  def zip(enumerables), do: zip_with(enumerables, &List.to_tuple/1)

  @doc "Zips two enumerables through `zip_fun`."
  @spec zip_with(t, t, (term, term -> term)) :: [term]
  def zip_with(left, right, zip_fun)

  def zip_with(left, right, fun) when is_list(left) and is_list(right) and is_function(fun, 2) do
    Lists.zip_with(left, right, fun)
  end

  def zip_with(left, right, fun) when is_function(fun, 2) do
    zip_with([left, right], fn [l, r] -> fun.(l, r) end)
  end

  @doc "Zips many enumerables; `zip_fun` gets a list of elements."
  @spec zip_with(t, ([term] -> term)) :: [term]
  def zip_with([], _fun), do: []

  def zip_with(enumerables, fun) do
    case to_list(enumerables) do
      [left, right] when is_list(left) and is_list(right) ->
        Lists.zip_with(left, right, fn l, r -> fun.([l, r]) end)

      many ->
        many |> Stream.zip_with(fun) |> to_list()
    end
  end

  @doc "Folds over two enumerables at once."
  def zip_reduce(left, right, acc, reducer) when is_function(reducer, 3) do
    if is_list(left) and is_list(right) do
      Lists.fold_two(left, right, acc, reducer)
    else
      zip_reduce([left, right], acc, fn [l, r], acc -> reducer.(l, r, acc) end)
    end
  end

  @doc "Folds over many enumerables at once; `reducer` gets a list of elements."
  def zip_reduce([], acc, reducer) when is_function(reducer, 2), do: acc

  def zip_reduce(enumerables, acc, reducer) when is_function(reducer, 2) do
    enumerables |> Stream.zip_with(& &1) |> reduce(acc, reducer)
  end

  @doc false
  @deprecated "Use Enum.chunk_every/2 instead"
  def chunk(enumerable, count), do: chunk(enumerable, count, count, nil)

  @doc false
  @deprecated "Use Enum.chunk_every/3 instead"
  def chunk(enumerable, count, step), do: chunk_every(enumerable, count, step, :discard)

  @doc false
  @deprecated "Use Enum.chunk_every/4 instead"
  def chunk(enumerable, count, step, leftover) do
    chunk_every(enumerable, count, step, leftover || :discard)
  end

  ## What is not a list

  # Folds; `fun` says when to stop.
  defp halting(enumerable, acc, fun) do
    {_how_it_ended, acc} = Enumerable.reduce(enumerable, {:cont, acc}, fun)
    acc
  end

  # Folds into a list that is built back to front.
  defp gathered(enumerable, fun), do: enumerable |> reduce([], fun) |> :lists.reverse()
end
