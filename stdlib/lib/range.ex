defmodule Range do
  @moduledoc "Integers from `first` to `last` in steps of `step`; written `first..last//step`."

  defstruct [:first, :last, :step]

  @type limit :: integer
  @type step :: pos_integer | neg_integer
  @type t :: %Range{first: limit, last: limit, step: step}
  @type t(first, last) :: %Range{first: first, last: last, step: step}

  @doc "A range of step 1, or -1 when `last` is below `first` (deprecated)."
  @spec new(limit, limit) :: t
  def new(first, last) when is_integer(first) and is_integer(last) do
    step =
      if first <= last do
        1
      else
        IO.warn_once(
          {__MODULE__, :new},
          fn ->
            "Range.new/2 and first..last default to a step of -1 when last < first. Use Range.new(first, last, -1) or first..last//-1, or pass 1 if that was your intention"
          end,
          3
        )

        -1
      end

    %{__struct__: Range, first: first, last: last, step: step}
  end

  def new(first, last) do
    raise ArgumentError,
          "ranges (first..last) expect both sides to be integers, " <>
            "got: #{inspect(first)}..#{inspect(last)}"
  end

  @doc "A range with the given step, which is not zero."
  @spec new(limit, limit, step) :: t
  def new(first, last, step)
      when is_integer(first) and is_integer(last) and is_integer(step) and step != 0 do
    %{__struct__: Range, first: first, last: last, step: step}
  end

  def new(first, last, step) do
    raise ArgumentError,
          "ranges (first..last//step) expect both sides to be integers and the step to be a " <>
            "non-zero integer, got: #{inspect(first)}..#{inspect(last)}//#{inspect(step)}"
  end

  @doc "The number of integers in the range."
  @spec size(t) :: non_neg_integer
  def size(range)
  def size(first..last//step) when step > 0 and first > last, do: 0
  def size(first..last//step) when step < 0 and first < last, do: 0
  def size(first..last//step), do: abs(div(last - first, step)) + 1

  # A range made by hand before steps existed.
  def size(%{__struct__: Range, first: first, last: last}), do: abs(last - first) + 1

  @doc "Moves both ends by `steps` steps."
  @spec shift(t, integer) :: t
  def shift(first..last//step, steps_to_shift) when is_integer(steps_to_shift) do
    new(first + steps_to_shift * step, last + steps_to_shift * step, step)
  end

  @doc "Splits into two ranges after `split` elements (negative: from the end)."
  @spec split(t, integer) :: {t, t}
  def split(first..last//step = range, split) when is_integer(split) do
    if split >= 0 do
      split(first, last, step, split)
    else
      split(first, last, step, max(size(range) + split, 0))
    end
  end

  defp split(first, last, step, amount) when step < 0 do
    middle = max(first + step * (amount - 1), last)
    {first..middle//step, (middle + step)..last//step}
  end

  defp split(first, last, step, amount) do
    middle = min(first + step * (amount - 1), last)
    {first..middle//step, (middle + step)..last//step}
  end

  @doc "The integers as a list."
  @spec to_list(t) :: [integer]
  def to_list(first..last//step), do: Range.Walk.list(first, last, step)

  @doc "Whether no integer is in both ranges."
  @spec disjoint?(t, t) :: boolean
  def disjoint?(first1..last1//step1 = range1, first2..last2//step2 = range2) do
    if size(range1) == 0 or size(range2) == 0 do
      true
    else
      {first1, last1, step1} = ascending(first1, last1, step1)
      {first2, last2, step2} = ascending(first2, last2, step2)

      cond do
        last1 < first2 or last2 < first1 -> true
        step1 == 1 and step2 == 1 -> false
        true -> not meet?(first1, last1, step1, first2, last2, step2)
      end
    end
  end

  # Integers x with x = first1 (mod step1) and x = first2 (mod step2): the least one
  # that is in both spans decides.
  defp meet?(first1, last1, step1, first2, last2, step2) do
    {gcd, m, _} = Integer.extended_gcd(step1, step2)

    if rem(first2 - first1, gcd) != 0 do
      false
    else
      lcm = div(step1, gcd) * step2
      common = first1 + Integer.mod(m * div(first2 - first1, gcd), div(step2, gcd)) * step1
      low = max(first1, first2)
      common = common + Integer.floor_div(low - common + lcm - 1, lcm) * lcm
      common <= min(last1, last2)
    end
  end

  defp ascending(first, last, step) when step > 0, do: {first, last - rem(last - first, step), step}
  defp ascending(first, last, step), do: {first - div(first - last, -step) * -step, first, -step}

  @doc false
  @deprecated "Pattern match on first..last//step instead"
  def range?(term), do: is_struct(term, Range)
end

defmodule Range.Walk do
  @moduledoc false

  def list(first, last, 1) when first <= last, do: :lists.seq(first, last)
  def list(first, last, step) when step > 0 and first <= last, do: [first | list(first + step, last, step)]
  def list(first, last, step) when step < 0 and first >= last, do: [first | list(first + step, last, step)]
  def list(_first, _last, _step), do: []
end

defimpl Enumerable, for: Range do
  def reduce(first.._//step = range, command, fun), do: walk(command, first, step, Range.size(range), fun)

  defp walk({:cont, acc}, _current, _step, 0, _fun), do: {:done, acc}
  defp walk({:cont, acc}, current, step, left, fun), do: walk(fun.(current, acc), current + step, step, left - 1, fun)
  defp walk({:halt, acc}, _current, _step, _left, _fun), do: {:halted, acc}
  defp walk({:suspend, acc}, current, step, left, fun), do: {:suspended, acc, &walk(&1, current, step, left, fun)}

  def member?(first..last//step = range, value) when is_integer(value) do
    if Range.size(range) == 0 do
      {:ok, false}
    else
      inside = if step > 0, do: value >= first and value <= last, else: value <= first and value >= last
      {:ok, inside and rem(value - first, step) == 0}
    end
  end

  def member?(_range, _value), do: {:ok, false}

  def count(range), do: {:ok, Range.size(range)}

  def slice(first..last//step = range) do
    {:ok, Range.size(range), &pick(first + &1 * step, step * &3, &2, last)}
  end

  defp pick(_current, _step, 0, _last), do: []
  defp pick(current, step, left, last), do: [current | pick(current + step, step, left - 1, last)]
end

defimpl Inspect, for: Range do
  import Inspect.Algebra
  import Kernel, except: [inspect: 2]

  def inspect(first..last//1, opts) when last >= first do
    concat([to_doc(first, opts), "..", to_doc(last, opts)])
  end

  def inspect(first..last//step, opts) do
    concat([to_doc(first, opts), "..", to_doc(last, opts), "//", to_doc(step, opts)])
  end

  # A range made by hand before steps existed.
  def inspect(%{__struct__: Range, first: first, last: last} = range, opts) do
    step = if first <= last, do: 1, else: -1
    inspect(Map.put(range, :step, step), opts)
  end
end
