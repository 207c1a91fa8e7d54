defmodule Stream do
  @moduledoc """
  Lazy enumerables: nothing is done until `Enum` (or `run/1`) asks for elements, one by one.

  A stream is an enumerable with a list of reducers around it (the struct), or a
  function of two arguments that is itself a reduce.
  """

  alias Stream.{Reducers, Resource, Zip}

  defstruct enum: nil, funs: [], accs: [], done: nil

  @type acc :: any
  @type element :: any
  @type index :: non_neg_integer
  @type default :: any

  @doc false
  @deprecated "Use Stream.chunk_every/2 instead"
  def chunk(enum, n), do: chunk_every(enum, n, n, :discard)

  @doc false
  @deprecated "Use Stream.chunk_every/3 instead"
  def chunk(enum, n, step), do: chunk_every(enum, n, step, :discard)

  @doc false
  @deprecated "Use Stream.chunk_every/4 instead"
  def chunk(enum, n, step, leftover), do: chunk_every(enum, n, step, leftover || :discard)

  @doc "Chunks of `count` elements; the last may be shorter."
  @spec chunk_every(Enumerable.t(), pos_integer) :: Enumerable.t()
  def chunk_every(enum, count), do: chunk_every(enum, count, count, [])

  @doc "Chunks of `count` elements that begin `step` apart."
  @spec chunk_every(Enumerable.t(), pos_integer, pos_integer, Enumerable.t() | :discard) :: Enumerable.t()
  def chunk_every(enum, count, step, leftover \\ [])
      when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    chunk_while(enum, {[], 0}, Reducers.chunk_every(count, step), Reducers.chunk_every_end(count, leftover))
  end

  @doc "Cuts where the value of `fun` changes."
  @spec chunk_by(Enumerable.t(), (element -> any)) :: Enumerable.t()
  def chunk_by(enum, fun) when is_function(fun, 1) do
    step = fn element, open ->
      value = fun.(element)

      case open do
        {^value, chunk} -> {:cont, {value, [element | chunk]}}
        {_other, chunk} -> {:cont, :lists.reverse(chunk), {value, [element]}}
        nil -> {:cont, {value, [element]}}
      end
    end

    finish = fn
      {_value, chunk} -> {:cont, :lists.reverse(chunk), :done}
      nil -> {:cont, :done}
    end

    chunk_while(enum, nil, step, finish)
  end

  @doc "Chunks as `chunk_fun` says; `after_fun` ends the last one."
  @spec chunk_while(Enumerable.t(), acc, (element, acc -> term), (acc -> term)) :: Enumerable.t()
  def chunk_while(enum, acc, chunk_fun, after_fun)
      when is_function(chunk_fun, 2) and is_function(after_fun, 1) do
    lazy(enum, [acc | after_fun], Reducers.chunk_while(chunk_fun), &Reducers.after_chunk_while/3)
  end

  @doc "Drops an element that is equal to the one before it."
  @spec dedup(Enumerable.t()) :: Enumerable.t()
  def dedup(enum), do: dedup_by(enum, fn x -> x end)

  @doc "Drops an element whose `fun` value is that of the one before it."
  @spec dedup_by(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def dedup_by(enum, fun) when is_function(fun, 1), do: lazy(enum, nil, Reducers.dedup(fun))

  @doc "Leaves out the first `n` elements (negative: the last ones)."
  @spec drop(Enumerable.t(), integer) :: Enumerable.t()
  def drop(enum, n) when is_integer(n) and n >= 0, do: lazy(enum, n, Reducers.drop())

  def drop(enum, n) when is_integer(n) and n < 0 do
    n = abs(n)

    transform(enum, fn -> {0, [], []} end, fn element, {count, buffer_in, buffer_out} ->
      buffer_in = [element | buffer_in]

      case {count, buffer_out} do
        {count, _} when count < n ->
          {[], {count + 1, buffer_in, buffer_out}}

        {count, []} ->
          [first | rest] = :lists.reverse(buffer_in)
          {[first], {count, [], rest}}

        {count, [first | rest]} ->
          {[first], {count, buffer_in, rest}}
      end
    end, fn acc -> {[], acc} end, fn _ -> :ok end)
  end

  @doc "Leaves out every `nth` element, beginning with the first."
  @spec drop_every(Enumerable.t(), non_neg_integer) :: Enumerable.t()
  def drop_every(enum, nth)
  def drop_every(enum, 0), do: %Stream{enum: enum}
  def drop_every([], _nth), do: %Stream{enum: []}
  def drop_every(enum, nth) when is_integer(nth) and nth > 0, do: lazy(enum, nth, Reducers.drop_every(nth))

  @doc "Leaves out elements at the front while `fun` is truthy."
  @spec drop_while(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def drop_while(enum, fun) when is_function(fun, 1), do: lazy(enum, true, Reducers.drop_while(fun))

  @doc "`value` `n` times."
  @spec duplicate(any, non_neg_integer) :: Enumerable.t()
  def duplicate(value, n) when is_integer(n) and n >= 0 do
    unfold(n, fn
      0 -> nil
      left -> {value, left - 1}
    end)
  end

  @doc "Calls `fun` for every element that goes by."
  @spec each(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def each(enum, fun) when is_function(fun, 1) do
    map(enum, fn element ->
      fun.(element)
      element
    end)
  end

  @doc "The elements of the enumerables that `fun` returns."
  @spec flat_map(Enumerable.t(), (element -> Enumerable.t())) :: Enumerable.t()
  def flat_map(enum, fun) when is_function(fun, 1) do
    transform(enum, nil, fn element, nil -> {fun.(element), nil} end)
  end

  @doc "The elements for which `fun` is truthy."
  @spec filter(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def filter(enum, fun) when is_function(fun, 1), do: lazy(enum, Reducers.filter(fun))

  @doc false
  @deprecated "Use Stream.filter/2 + Stream.map/2 instead"
  def filter_map(enum, filter, mapper), do: enum |> filter(filter) |> map(mapper)

  @doc "Counts up from an offset, or maps the counter."
  def from_index(fun_or_offset \\ 0)
  def from_index(offset) when is_integer(offset), do: unfold(offset, &{&1, &1 + 1})
  def from_index(fun) when is_function(fun, 1), do: unfold(0, &{fun.(&1), &1 + 1})

  @doc "Puts `intersperse_element` between the elements."
  @spec intersperse(Enumerable.t(), any) :: Enumerable.t()
  def intersperse(enumerable, intersperse_element) do
    transform(enumerable, false, fn
      element, true -> {[intersperse_element, element], true}
      element, false -> {[element], true}
    end)
  end

  @doc "Counts up from 0, one number every `n` milliseconds."
  @spec interval(non_neg_integer) :: Enumerable.t()
  def interval(n) when (is_integer(n) and n >= 0) or n == :infinity do
    unfold(0, fn count ->
      Process.sleep(n)
      {count, count + 1}
    end)
  end

  @doc "Pours what goes by into `collectable`, as a side effect."
  @spec into(Enumerable.t(), Collectable.t(), (term -> term)) :: Enumerable.t()
  def into(enum, collectable, transform \\ fn x -> x end) when is_function(transform, 1) do
    &Resource.into(enum, collectable, transform, &1, &2)
  end

  @doc "`start_value`, then what `next_fun` makes of the value before."
  @spec iterate(element, (element -> element)) :: Enumerable.t()
  def iterate(start_value, next_fun) when is_function(next_fun, 1) do
    # The next value is made only when it is asked for.
    unfold(fn -> start_value end, fn make ->
      value = make.()
      {value, fn -> next_fun.(value) end}
    end)
  end

  @doc "The values of `fun`."
  @spec map(Enumerable.t(), (element -> any)) :: Enumerable.t()
  def map(enum, fun) when is_function(fun, 1), do: lazy(enum, Reducers.map(fun))

  @doc "Maps every `nth` element, beginning with the first."
  @spec map_every(Enumerable.t(), non_neg_integer, (element -> any)) :: Enumerable.t()
  def map_every(enum, nth, fun)
  def map_every(enum, nth, _fun) when nth == 0 or (enum == [] and is_integer(nth) and nth > 1), do: %Stream{enum: enum}
  def map_every(enum, 1, fun), do: map(enum, fun)
  def map_every(enum, nth, fun) when is_integer(nth) and nth > 1, do: lazy(enum, nth, Reducers.map_every(nth, fun))

  @doc "The elements for which `fun` is falsy."
  @spec reject(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def reject(enum, fun) when is_function(fun, 1), do: lazy(enum, Reducers.reject(fun))

  @doc "Runs the stream for its effects."
  @spec run(Enumerable.t()) :: :ok
  def run(stream) do
    _ = Enumerable.reduce(stream, {:cont, nil}, fn _, _ -> {:cont, nil} end)
    :ok
  end

  @doc "All intermediate values of a fold that begins with the first element."
  @spec scan(Enumerable.t(), (element, acc -> any)) :: Enumerable.t()
  def scan(enum, fun) when is_function(fun, 2), do: lazy(enum, :first, Reducers.scan(fun))

  @doc "All intermediate values of a fold from `acc`."
  @spec scan(Enumerable.t(), acc, (element, acc -> any)) :: Enumerable.t()
  def scan(enum, acc, fun) when is_function(fun, 2), do: lazy(enum, {:acc, acc}, Reducers.scan(fun))

  @doc "The first `count` elements (negative: the last ones)."
  @spec take(Enumerable.t(), integer) :: Enumerable.t()
  def take(enum, count) when is_integer(count) do
    cond do
      count == 0 or enum == [] -> %Stream{enum: []}
      count > 0 -> lazy(enum, count, Reducers.take())
      count < 0 -> fn command, fun -> enum |> Enum.take(count) |> Enumerable.reduce(command, fun) end
    end
  end

  @doc "Every `nth` element, beginning with the first."
  @spec take_every(Enumerable.t(), non_neg_integer) :: Enumerable.t()
  def take_every(enum, nth) when nth == 0 or (enum == [] and is_integer(nth) and nth > 0), do: %Stream{enum: []}
  def take_every(enum, nth) when is_integer(nth) and nth > 0, do: lazy(enum, nth, Reducers.take_every(nth))

  @doc "The elements at the front while `fun` is truthy."
  @spec take_while(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def take_while(enum, fun) when is_function(fun, 1), do: lazy(enum, Reducers.take_while(fun))

  @doc "One 0, after `n` milliseconds."
  @spec timer(non_neg_integer) :: Enumerable.t()
  def timer(n) when (is_integer(n) and n >= 0) or n == :infinity, do: take(interval(n), 1)

  @doc "`reducer` returns `{enumerable, acc}` for each element, or `{:halt, acc}`."
  @spec transform(Enumerable.t(), acc, fun) :: Enumerable.t()
  def transform(enum, acc, reducer) when is_function(reducer, 2) do
    &Resource.transform(enum, fn -> acc end, reducer, nil, nil, &1, &2)
  end

  @doc "`transform/3` with a start function and one that runs at the end."
  @spec transform(Enumerable.t(), (-> acc), fun, (acc -> term)) :: Enumerable.t()
  def transform(enum, start_fun, reducer, after_fun)
      when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(after_fun, 1) do
    &Resource.transform(enum, start_fun, reducer, nil, after_fun, &1, &2)
  end

  @doc "`transform/4` with a function that gives the last elements."
  @spec transform(Enumerable.t(), (-> acc), fun, fun, (acc -> term)) :: Enumerable.t()
  def transform(enum, start_fun, reducer, last_fun, after_fun)
      when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(last_fun, 1) and
             is_function(after_fun, 1) do
    &Resource.transform(enum, start_fun, reducer, last_fun, after_fun, &1, &2)
  end

  @doc "The elements without repetitions."
  @spec uniq(Enumerable.t()) :: Enumerable.t()
  def uniq(enum), do: uniq_by(enum, fn x -> x end)

  @doc false
  @deprecated "Use Stream.uniq_by/2 instead"
  def uniq(enum, fun), do: uniq_by(enum, fun)

  @doc "The elements without those whose `fun` value came before."
  @spec uniq_by(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def uniq_by(enum, fun) when is_function(fun, 1), do: lazy(enum, %{}, Reducers.uniq(fun))

  @doc "Pairs each element with its index, or calls `fun` with both."
  def with_index(enum, fun_or_offset \\ 0)

  def with_index(enum, offset) when is_integer(offset) do
    lazy(enum, offset, Reducers.with_index(fn element, index -> {element, index} end))
  end

  def with_index(enum, fun) when is_function(fun, 2), do: lazy(enum, 0, Reducers.with_index(fun))

  @doc "The elements of many enumerables, one after the other."
  @spec concat(Enumerable.t()) :: Enumerable.t()
  def concat(enumerables), do: flat_map(enumerables, fn enum -> enum end)

  @doc "The elements of two enumerables, one after the other."
  @spec concat(Enumerable.t(), Enumerable.t()) :: Enumerable.t()
  def concat(first, second), do: flat_map([first, second], fn enum -> enum end)

  @doc "Pairs of the elements of two enumerables."
  @spec zip(Enumerable.t(), Enumerable.t()) :: Enumerable.t()
  def zip(enumerable1, enumerable2), do: zip_with(enumerable1, enumerable2, fn left, right -> {left, right} end)

  @doc "Tuples of the elements of many enumerables."
  @spec zip(Enumerable.t()) :: Enumerable.t()
  def zip(enumerables), do: zip_with(enumerables, &List.to_tuple/1)

  @doc "Zips two enumerables through `zip_fun`."
  @spec zip_with(Enumerable.t(), Enumerable.t(), (term, term -> term)) :: Enumerable.t()
  def zip_with(enumerable1, enumerable2, zip_fun) when is_function(zip_fun, 2) do
    if is_list(enumerable1) and is_list(enumerable2) do
      zip_lists(enumerable1, enumerable2, zip_fun)
    else
      zip_with([enumerable1, enumerable2], fn [left, right] -> zip_fun.(left, right) end)
    end
  end

  defp zip_lists(list1, list2, zip_fun) do
    unfold({list1, list2}, fn
      {[left | lefts], [right | rights]} -> {zip_fun.(left, right), {lefts, rights}}
      _ -> nil
    end)
  end

  @doc "Zips many enumerables; `zip_fun` gets a list of elements."
  @spec zip_with(Enumerable.t(), ([term] -> term)) :: Enumerable.t()
  def zip_with(enumerables, zip_fun) when is_function(zip_fun, 1) do
    &Zip.reduce(Enum.to_list(enumerables), &1, &2, zip_fun)
  end

  @doc "Goes round an enumerable for ever."
  @spec cycle(Enumerable.t()) :: Enumerable.t()
  def cycle(enumerable)
  def cycle([]), do: raise(ArgumentError, "cannot cycle over an empty enumerable")

  def cycle(list) when is_list(list) do
    unfold({list, list}, fn
      {source, [head | tail]} -> {head, {source, tail}}
      {[head | tail] = source, []} -> {head, {source, tail}}
    end)
  end

  def cycle(enumerable) do
    fn acc, fun ->
      step = &Resource.step(&1, &2)
      cycle = &Enumerable.reduce(enumerable, &1, step)
      Resource.cycle(Resource.check_cycle(cycle, acc), [], cycle, acc, fun)
    end
  end

  @doc "What `generator_fun` returns, for ever."
  @spec repeatedly((-> element)) :: Enumerable.t()
  def repeatedly(generator_fun) when is_function(generator_fun, 0) do
    unfold(nil, fn nil -> {generator_fun.(), nil} end)
  end

  @doc "Elements from something that is opened and closed."
  @spec resource((-> acc), (acc -> {[element], acc} | {:halt, acc}), (acc -> term)) :: Enumerable.t()
  def resource(start_fun, next_fun, after_fun)
      when is_function(start_fun, 0) and is_function(next_fun, 1) and is_function(after_fun, 1) do
    &Resource.reduce(start_fun, next_fun, after_fun, &1, &2)
  end

  @doc "Elements from a seed: `next_fun` returns `{element, seed}` or `nil`."
  @spec unfold(acc, (acc -> {element, acc} | nil)) :: Enumerable.t()
  def unfold(next_acc, next_fun) when is_function(next_fun, 1) do
    &Resource.unfold(next_acc, next_fun, &1, &2)
  end

  ## The struct: reducers are added innermost last, each with a start value if it has a state

  defp lazy(enum, reducer), do: add(enum, reducer, [], nil)
  defp lazy(enum, start, reducer, ending \\ nil), do: add(enum, reducer, [start], ending)

  # Nothing is added behind a reducer with an end of its own: it becomes the source of another stream.
  defp add(%Stream{done: nil} = stream, reducer, start, ending) do
    %{stream | funs: [reducer | stream.funs], accs: start ++ stream.accs, done: ending}
  end

  defp add(source, reducer, start, ending), do: %Stream{enum: source, funs: [reducer], accs: start, done: ending}
end

defimpl Enumerable, for: Stream do
  def count(_lazy), do: {:error, __MODULE__}
  def member?(_lazy, _value), do: {:error, __MODULE__}
  def slice(_lazy), do: {:error, __MODULE__}

  # The caller's accumulator stands in front of the reducers' states.
  def reduce(%{enum: source, funs: reducers, accs: states, done: ending}, command, fun) do
    last = fn element, [acc] -> listed(fun.(element, acc)) end
    step = List.foldl(reducers, last, fn reducer, inner -> reducer.(inner) end)
    ending = if ending, do: &ending.(&1, List.last(&2), last), else: fn acc, _states -> acc end
    run(&Enumerable.reduce(source, &1, step), command, :lists.reverse(states), ending)
  end

  defp listed({go_on, acc}), do: {go_on, [acc]}

  defp run(source, {command, acc}, states, ending) do
    case source.({command, [acc | states]}) do
      {:suspended, [acc | states], paused} -> {:suspended, acc, &run(paused, &1, states, ending)}
      {ended, [acc | states]} -> {ended, ending.(acc, states)}
    end
  end
end

defimpl Inspect, for: Stream do
  import Inspect.Algebra

  def inspect(%{enum: enum, funs: funs}, opts) do
    inner = [enum: enum, funs: Enum.reverse(funs)]
    concat(["#Stream<", to_doc(inner, opts), ">"])
  end
end
