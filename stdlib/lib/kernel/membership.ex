defmodule Kernel.Membership do
  @moduledoc false
  # The expansions of `in` and of ranges.
  # Kernel's macros call it while they expand; so, as in Kernel.Utils, it does without the macros that call it.

  ## Membership

  @doc "The right side of `in`, expanded as far as it must be known."
  def expand_membership(right, caller) when is_list(right), do: expand_tail(right, caller)
  def expand_membership(right, caller), do: :cordial_macro.expand(right, caller)

  # The tail of `[head | tail]` may be an attribute with a list.
  defp expand_tail([{:|, _, [head, tail]}] = list, caller) do
    case expand_membership(tail, caller) do
      tail when is_list(tail) -> [head | tail]
      _ -> list
    end
  end

  defp expand_tail([item | rest], caller), do: [item | expand_tail(rest, caller)]
  defp expand_tail(other, _caller), do: other

  @doc "The test for `left in right`."
  def membership(left, [], _right, true), do: quote(do: (_ = unquote(left); false))
  def membership(_left, [], _right, false), do: false

  def membership(left, [_ | _] = list, _right, in_body?) do
    cond do
      improper?(list) and in_body? ->
        quote(do: :lists.member(unquote(left), unquote(list)))

      improper?(list) ->
        not_in_guard(list)

      in_body? and (length(list) > 8 or not :lists.all(&literal?/1, list)) ->
        quote(do: :lists.member(unquote(left), unquote(list)))

      in_body? ->
        once(left, fn left -> any_of(list, left) end)

      true ->
        any_of(list, left)
    end
  end

  def membership(left, {:%{}, _, [__struct__: Range, first: first, last: last, step: step]}, _right, in_body?) do
    if in_body?, do: once(left, &in_range(&1, first, last, step)), else: in_range(left, first, last, step)
  end

  def membership(left, expanded, _right, true), do: quote(do: Elixir.Enum.member?(unquote(expanded), unquote(left)))
  def membership(_left, _expanded, right, false), do: not_in_guard(right)

  defp not_in_guard(right) do
    raise ArgumentError,
          "invalid right argument for operator \"in\", it expects a compile-time proper list or compile-time range on the right side when used in guard expressions, got: #{Macro.to_string(right)}"
  end

  defp any_of([first | rest], left) do
    :lists.foldl(
      fn item, acc -> quote(do: :erlang.orelse(unquote(acc), unquote(same(left, item)))) end,
      same(left, first),
      rest
    )
  end

  defp same(left, item), do: quote(do: :erlang."=:="(unquote(left), unquote(item)))

  defp once({name, _, context} = var, build) when is_atom(name) and is_atom(context), do: build.(var)

  defp once(left, build) do
    quote generated: true do
      case unquote(left) do
        value -> unquote(build.(quote(do: value)))
      end
    end
  end

  defp improper?([_ | tail]) when is_list(tail), do: improper?(tail)
  defp improper?([]), do: false
  defp improper?([{:|, _, [_, _]}]), do: true
  defp improper?(_), do: true

  defp literal?(item), do: is_atom(item) or is_number(item) or is_binary(item)

  defp in_range(left, first, last, step) when is_integer(first) and is_integer(last) and is_integer(step) do
    cond do
      step > 0 and first <= last -> bounded(left, first, last, stepped(left, first, step))
      step < 0 and first >= last -> bounded(left, last, first, stepped(left, first, step))
      true -> quote(do: :erlang.andalso(:erlang.is_integer(unquote(left)), false))
    end
  end

  defp in_range(left, first, last, step) when is_integer(step) do
    between =
      if step > 0 do
        quote(do: :erlang.andalso(:erlang.>=(unquote(left), unquote(first)), :erlang."=<"(unquote(left), unquote(last))))
      else
        quote(do: :erlang.andalso(:erlang."=<"(unquote(left), unquote(first)), :erlang.>=(unquote(left), unquote(last))))
      end

    both_integers(left, first, last, and_stepped(between, stepped(left, first, step)))
  end

  # The step of `first..last` follows from its sides.
  defp in_range(left, first, last, nil) do
    up = quote(do: :erlang.andalso(:erlang.>=(unquote(left), unquote(first)), :erlang."=<"(unquote(left), unquote(last))))
    down = quote(do: :erlang.andalso(:erlang."=<"(unquote(left), unquote(first)), :erlang.>=(unquote(left), unquote(last))))

    direction =
      quote do
        :erlang.orelse(
          :erlang.andalso(:erlang."=<"(unquote(first), unquote(last)), unquote(up)),
          :erlang.andalso(:erlang.>(unquote(first), unquote(last)), unquote(down))
        )
      end

    both_integers(left, first, last, direction)
  end

  defp in_range(left, first, last, step) do
    up = quote(do: :erlang.andalso(:erlang.>=(unquote(left), unquote(first)), :erlang."=<"(unquote(left), unquote(last))))
    down = quote(do: :erlang.andalso(:erlang."=<"(unquote(left), unquote(first)), :erlang.>=(unquote(left), unquote(last))))

    direction =
      quote do
        :erlang.andalso(
          :erlang.orelse(
            :erlang.andalso(:erlang.>(unquote(step), 0), unquote(up)),
            :erlang.andalso(:erlang.<(unquote(step), 0), unquote(down))
          ),
          :erlang."=:="(:erlang.rem(:erlang.-(unquote(left), unquote(first)), unquote(step)), 0)
        )
      end

    both_integers(left, first, last, direction)
  end

  defp bounded(left, low, high, nil) do
    quote do
      :erlang.andalso(
        :erlang.is_integer(unquote(left)),
        :erlang.andalso(:erlang.>=(unquote(left), unquote(low)), :erlang."=<"(unquote(left), unquote(high)))
      )
    end
  end

  defp bounded(left, low, high, stepped) do
    quote(do: :erlang.andalso(unquote(bounded(left, low, high, nil)), unquote(stepped)))
  end

  defp both_integers(left, first, last, test) do
    :lists.foldl(
      fn
        side, acc when is_integer(side) -> acc
        side, acc -> quote(do: :erlang.andalso(:erlang.is_integer(unquote(side)), unquote(acc)))
      end,
      test,
      [last, first, left]
    )
  end

  defp and_stepped(test, nil), do: test
  defp and_stepped(test, stepped), do: quote(do: :erlang.andalso(unquote(test), unquote(stepped)))

  defp stepped(_left, _first, step) when step == 1 or step == -1, do: nil

  defp stepped(left, first, step),
    do: quote(do: :erlang."=:="(:erlang.rem(:erlang.-(unquote(left), unquote(first)), unquote(step)), 0))

  ## Ranges

  @doc "The expansion of `first..last`."
  def range(first, last, %{context: :match} = caller) do
    IO.warn(
      "#{Macro.to_string(first)}..#{Macro.to_string(last)} inside match is deprecated, you must always match on the step: " <>
        "#{Macro.to_string(first)}..#{Macro.to_string(last)}//var or #{Macro.to_string(first)}..#{Macro.to_string(last)}//_ if you want to ignore it",
      Macro.Env.stacktrace(caller)
    )

    quote(do: %{__struct__: Elixir.Range, first: unquote(first), last: unquote(last)})
  end

  def range(first, last, caller) do
    case {literal_side(first, caller), literal_side(last, caller)} do
      {first, last} when is_integer(first) and is_integer(last) ->
        step = if first <= last, do: 1, else: -1
        {:%{}, [], [__struct__: Range, first: first, last: last, step: step]}

      {first, last} ->
        check_sides(first, last, nil)

        case caller.context do
          :guard -> {:%{}, [], [__struct__: Range, first: first, last: last, step: nil]}
          _ -> quote(do: Elixir.Range.new(unquote(first), unquote(last)))
        end
    end
  end

  @doc "The expansion of `first..last//step`."
  def range(first, last, step, %{context: :match}) do
    quote(do: %{__struct__: Elixir.Range, first: unquote(first), last: unquote(last), step: unquote(step)})
  end

  def range(first, last, step, caller) do
    case {literal_side(first, caller), literal_side(last, caller), literal_side(step, caller)} do
      {first, last, step} when is_integer(first) and is_integer(last) and is_integer(step) and step != 0 ->
        {:%{}, [], [__struct__: Range, first: first, last: last, step: step]}

      {first, last, step} ->
        check_sides(first, last, step)

        case caller.context do
          :guard -> {:%{}, [], [__struct__: Range, first: first, last: last, step: step]}
          _ -> quote(do: Elixir.Range.new(unquote(first), unquote(last), unquote(step)))
        end
    end
  end

  defp literal_side(side, _caller) when is_integer(side), do: side
  defp literal_side({:-, _, [side]}, _caller) when is_integer(side), do: -side
  defp literal_side({:+, _, [side]}, _caller) when is_integer(side), do: side

  defp literal_side(side, %{context: nil} = caller) do
    case :cordial_macro.expand(side, caller) do
      expanded when is_integer(expanded) -> expanded
      {:-, _, [number]} when is_integer(number) -> -number
      _ -> side
    end
  end

  defp literal_side(side, caller) do
    case side do
      {:@, _, _} -> :cordial_macro.expand(side, caller)
      _ -> side
    end
  end

  defp check_sides(first, last, nil) do
    if impossible?(first) or impossible?(last) do
      raise ArgumentError,
            "ranges (first..last//step) expect both sides to be integers, got: #{Macro.to_string({:.., [], [first, last]})}"
    end
  end

  defp check_sides(first, last, step) do
    check_sides(first, last, nil)

    if impossible?(step) or step == 0 do
      raise ArgumentError,
            "ranges (first..last//step) expect the step to be a non-zero integer, got: #{Macro.to_string(step)}"
    end
  end

  defp impossible?(side), do: is_float(side) or is_atom(side) or is_binary(side) or is_list(side)
end
