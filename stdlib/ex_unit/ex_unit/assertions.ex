defmodule ExUnit.Assertions do
  @moduledoc """
  What a test claims.

  `assert/1` looks at the code it is given: of a comparison it shows both sides, of a match the pattern and the value, of
  a call its arguments, and where it can it marks how they differ. `refute/1` claims the contrary. The others are about
  messages (`assert_receive/3`), errors (`assert_raise/2`, `catch_error/1`, …) and numbers (`assert_in_delta/4`).
  """

  alias ExUnit.{AssertionError, Pattern}

  @comparisons [:==, :===, :!=, :!==, :<, :>, :<=, :>=, :=~, :in]
  @shown_messages 10

  # --- assert and refute -----------------------------------------------------------------------

  @doc """
  Claims that an expression is neither `false` nor `nil`; a match that it matches, too.

      assert 1 + 1 == 2
      assert {:ok, value} = fetch()
      assert match?([_ | _], list)
  """
  defmacro assert(claim)

  defmacro assert({:=, meta, [left, right]} = claim) do
    pattern = Pattern.read(left, __CALLER__)
    said = said(:assert, meta, claim)

    # A pattern that always matches is no mistake here.
    quote generated: true do
      right = unquote(right)

      {unquote_splicing(pattern.vars)} =
        case right do
          unquote(pattern.code) ->
            ExUnit.Assertions.__bound__(right, unquote(said))
            {unquote_splicing(pattern.vars)}

          _ ->
            unquote(unmatched(pattern, said, "match (=) failed"))
        end

      right
    end
  end

  defmacro assert({:match?, meta, [left, right]} = claim) do
    pattern = Pattern.read(left, __CALLER__)

    quote do
      right = unquote(right)

      match?(unquote(Pattern.whole(pattern)), right) or
        unquote(unmatched(pattern, said(:assert, meta, claim), "match (match?) failed"))
    end
  end

  defmacro assert({operator, meta, [left, right]} = claim) when operator in @comparisons do
    comparison(:assert, operator, meta, left, right, said(:assert, meta, claim))
  end

  defmacro assert(claim), do: plain(:assert, claim, __CALLER__)

  @doc """
  Claims that an expression is `false` or `nil`.

      refute 1 == 2
      refute match?({:error, _}, result)
  """
  defmacro refute(claim)

  defmacro refute({:match?, meta, [left, right]} = claim) do
    pattern = Pattern.read(left, __CALLER__)
    message = "match (match?) succeeded, but should have failed"

    quote do
      right = unquote(right)

      match?(unquote(Pattern.whole(pattern)), right) and
        unquote(unmatched(pattern, said(:refute, meta, claim), message))
    end
  end

  defmacro refute({operator, meta, [left, right]} = claim) when operator in @comparisons do
    comparison(:refute, operator, meta, left, right, said(:refute, meta, claim))
  end

  defmacro refute(claim), do: plain(:refute, claim, __CALLER__)

  @doc "Claims that a value is true, with a message, or fields of `ExUnit.AssertionError`, for the case that it is not."
  def assert(value, message) when is_binary(message), do: assert(value, message: message)
  def assert(value, fields) when is_list(fields), do: value || raise(AssertionError, fields)

  @doc "The same for a value that must be false."
  def refute(value, message) when is_binary(message), do: refute(value, message: message)
  def refute(value, fields) when is_list(fields), do: value && raise(AssertionError, fields)

  defp comparison(kind, operator, meta, left, right, said) do
    [a, b] = Macro.generate_arguments(2, __MODULE__)

    quote generated: true do
      unquote(a) = unquote(left)
      unquote(b) = unquote(right)

      ExUnit.Assertions.__compared__(
        unquote({operator, meta, [a, b]}),
        unquote(kind),
        unquote(operator),
        {unquote(a), unquote(b)},
        unquote(said)
      )
    end
  end

  defp plain(kind, claim, env) do
    said = said(kind, [], claim)

    case arguments(claim, env) do
      nil ->
        quote(do: ExUnit.Assertions.__judged__(unquote(claim), unquote(kind), [], unquote(said)))

      {call, args, shown?} ->
        vars = Macro.generate_arguments(length(args), __MODULE__)
        fields = if shown?, do: [args: vars], else: []

        quote do
          {unquote_splicing(vars)} = {unquote_splicing(args)}
          ExUnit.Assertions.__judged__(unquote(call.(vars)), unquote(kind), unquote(fields), unquote(said))
        end
    end
  end

  # The arguments of a call, where they are values that can be told before the call is made, and a function that makes
  # the call with others. Macros and operators may not evaluate theirs. A capture's own arguments have no name yet.
  defp arguments({name, meta, [_ | _] = args} = claim, env) do
    call? =
      case name do
        {:., _, [_fun]} -> false
        {:., _, [_module, _name]} -> true
        _ -> is_atom(name) and not Macro.special_form?(name, length(args)) and not Macro.operator?(name, length(args))
      end

    if call? and Macro.expand_once(claim, env) == claim and not Enum.any?(args, &capture?/1) do
      # Of literals nothing is to be told that does not stand in the code.
      {&{name, meta, &1}, args, not Enum.all?(args, &Macro.quoted_literal?/1)}
    end
  end

  defp arguments(_claim, _env), do: nil

  defp capture?({:&, _, [n]}) when is_integer(n), do: true
  defp capture?(_), do: false

  # The claim as the report shows it.
  defp said(kind, meta, claim), do: Macro.escape({kind, meta, [claim]}, prune_metadata: true)

  defp unmatched(pattern, said, message) do
    quote do
      ExUnit.Assertions.__unmatched__(
        unquote(Macro.escape(Pattern.whole(pattern))),
        right,
        unquote(said),
        unquote(message),
        unquote(Pattern.pinned_values(pattern))
      )
    end
  end

  @doc false
  def __bound__(value, expr) when value in [nil, false] do
    raise AssertionError, expr: expr, message: "Expected truthy, got #{inspect(value)}"
  end

  def __bound__(_value, _expr), do: :ok

  @doc false
  def __unmatched__(pattern, value, expr, message, pins) do
    raise AssertionError,
      left: pattern,
      right: value,
      expr: expr,
      message: message <> __pins__(pins),
      context: {:match, pins}
  end

  @doc false
  def __pins__([]), do: ""

  def __pins__(pins) do
    lines = for {{name, _context}, value} <- pins, do: "\n  #{name} = #{inspect(value)}"
    "\nThe following variables were pinned:" <> Enum.join(lines)
  end

  @doc false
  def __compared__(result, :assert, _operator, _sides, _expr) when result not in [nil, false], do: result
  def __compared__(result, :refute, _operator, _sides, _expr) when result in [nil, false], do: result

  def __compared__(_result, kind, operator, {left, right}, expr) do
    message = "#{if kind == :assert, do: "Assertion", else: "Refute"} with #{operator} failed"

    if left === right do
      raise AssertionError, left: left, expr: expr, message: message <> ", both sides are exactly equal"
    else
      # What counts as the same in the sides is what does for the operator.
      context = if operator in [:===, :!==], do: :===, else: :==
      raise AssertionError, left: left, right: right, expr: expr, message: message, context: context
    end
  end

  @doc false
  def __judged__(value, :assert, _fields, _expr) when value not in [nil, false], do: value
  def __judged__(value, :refute, _fields, _expr) when value in [nil, false], do: value

  def __judged__(value, kind, fields, expr) do
    expected = if kind == :assert, do: "truthy", else: "false or nil"
    raise AssertionError, [expr: expr, message: "Expected #{expected}, got #{inspect(value)}"] ++ fields
  end

  # --- messages --------------------------------------------------------------------------------

  @doc """
  Claims that a message that matches the pattern comes in time, and takes it out of the mailbox.

  The timeout is in milliseconds; `:assert_receive_timeout` of the configuration where it is not given.
  """
  defmacro assert_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    receiving(:assert_receive, pattern, timeout, failure_message, __CALLER__)
  end

  @doc "Claims that a message that matches is in the mailbox, and takes it out."
  defmacro assert_received(pattern, failure_message \\ nil) do
    receiving(:assert_received, pattern, 0, failure_message, __CALLER__)
  end

  defp receiving(name, code, timeout, failure_message, env) do
    pattern = Pattern.read(code, env)
    said = said(name, [], code)
    head = quote(do: unquote(pattern.code) = received)
    head = if pattern.guard, do: {:when, elem(pattern.guard, 0), [head, elem(pattern.guard, 1)]}, else: head

    quote do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :assert_receive_timeout)

      {received, unquote_splicing(pattern.vars)} =
        receive do
          unquote(head) -> {received, unquote_splicing(pattern.vars)}
        after
          timeout ->
            ExUnit.Assertions.__not_received__(
              unquote(Macro.escape(Pattern.whole(pattern))),
              timeout,
              &match?(unquote(Pattern.unbound(pattern)), &1),
              unquote(failure_message),
              {unquote(said), unquote(Pattern.pinned_values(pattern))}
            )
        end

      received
    end
  end

  @doc false
  def __timeout__(nil, key), do: Keyword.fetch!(ExUnit.configuration(), key)
  def __timeout__(timeout, _key) when is_integer(timeout) and timeout >= 0, do: timeout

  def __timeout__(timeout, _key) do
    raise ArgumentError, "timeout must be a non-negative integer, got: #{inspect(timeout)}"
  end

  @doc false
  def __not_received__(_pattern, _timeout, _match?, message, _said) when is_binary(message), do: flunk(message)

  def __not_received__(pattern, timeout, match?, _message, {expr, pins}) do
    {:messages, messages} = Process.info(self(), :messages)

    if timeout > 0 and Enum.any?(messages, match?) do
      flunk("""
      Found message matching #{Macro.to_string(pattern)} after #{timeout}ms.

      This means the message was delivered too close to the timeout value, you may want to either:

        1. Give an increased timeout to `assert_receive/2`
        2. Increase the default timeout to all `assert_receive` in your
           test_helper.exs by setting ExUnit.configure(assert_receive_timeout: ...)
      """)
    end

    shown = Enum.take(messages, -@shown_messages)

    raise AssertionError,
      left: pattern,
      expr: expr,
      message: "Assertion failed, no matching message after #{timeout}ms" <> __pins__(pins) <> told(shown, messages),
      context: {:mailbox, pins, shown}
  end

  defp told(_shown, []), do: "\nThe process mailbox is empty."
  defp told(_shown, [_]), do: "\nShowing 1 of 1 message in the mailbox"
  defp told(shown, all), do: "\nShowing #{length(shown)} of #{length(all)} messages in the mailbox"

  @doc "Claims that no message that matches comes for so many milliseconds."
  defmacro refute_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    not_receiving(pattern, timeout, failure_message)
  end

  @doc "Claims that no message that matches is in the mailbox."
  defmacro refute_received(pattern, failure_message \\ nil), do: not_receiving(pattern, 0, failure_message)

  defp not_receiving(pattern, timeout, failure_message) do
    head =
      case pattern do
        {:when, meta, [left, guard]} -> {:when, meta, [quote(do: unquote(left) = received), guard]}
        _ -> quote(do: unquote(pattern) = received)
      end

    quote do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :refute_receive_timeout)

      receive do
        unquote(head) ->
          ExUnit.Assertions.__unexpected__(received, unquote(Macro.to_string(pattern)), unquote(failure_message))
      after
        timeout -> false
      end
    end
  end

  @doc false
  def __unexpected__(message, pattern, nil) do
    flunk("Unexpectedly received message #{inspect(message)} (which matched #{pattern})")
  end

  def __unexpected__(_message, _pattern, text), do: flunk(text)

  # --- errors ----------------------------------------------------------------------------------

  @doc "Claims that the function raises this exception with this message, a string or a regex; returns the error."
  def assert_raise(exception, message, function) when is_function(function, 0) do
    error = assert_raise(exception, function)
    actual = Exception.message(error)

    matches? =
      case message do
        %Regex{} -> actual =~ message
        text when is_binary(text) -> actual == text
      end

    matches? ||
      flunk("Wrong message for #{inspect(exception)}\nexpected:\n  #{inspect(message)}\nactual:\n  #{inspect(actual)}")

    error
  end

  @doc "Claims that the function raises this exception; returns the error."
  def assert_raise(exception, function) when is_function(function, 0) do
    function.()
  rescue
    error ->
      cond do
        error.__struct__ == exception ->
          speaks!(exception, error)
          error

        # A claim inside that does not hold is news of its own.
        error.__struct__ == AssertionError ->
          reraise error, __STACKTRACE__

        true ->
          message =
            "Expected exception #{inspect(exception)} but got " <>
              "#{inspect(error.__struct__)} (#{Exception.message(error)})"

          reraise AssertionError, [message: message], __STACKTRACE__
      end
  else
    _ -> flunk("Expected exception #{inspect(exception)} but nothing was raised")
  end

  defp speaks!(exception, error) do
    error.__struct__.message(error)
  catch
    kind, reason ->
      flunk(
        "Got exception #{inspect(exception)} but it failed to produce a message with:\n\n" <>
          Exception.format(kind, reason, __STACKTRACE__)
      )
  end

  @doc "Claims that the expression throws; returns what it throws."
  defmacro catch_throw(expression), do: catching(:throw, expression)

  @doc "Claims that the expression exits; returns the reason."
  defmacro catch_exit(expression), do: catching(:exit, expression)

  @doc "Claims that the expression fails with an error; returns it."
  defmacro catch_error(expression), do: catching(:error, expression)

  defp catching(kind, expression) do
    quote do
      try do
        _ = unquote(expression)
        :nothing
      catch
        unquote(kind), reason -> {:caught, reason, __STACKTRACE__}
      end
      |> ExUnit.Assertions.__caught__(unquote(kind))
    end
  end

  @doc false
  # A claim inside that does not hold is not what was to be caught.
  def __caught__({:caught, %AssertionError{} = error, stack}, :error), do: reraise(error, stack)
  def __caught__({:caught, reason, _stack}, _kind), do: reason
  def __caught__(:nothing, kind), do: flunk("Expected to catch #{kind}, got nothing")

  # --- numbers and more ------------------------------------------------------------------------

  @doc "Claims that two numbers differ by no more than `delta`."
  def assert_in_delta(value1, value2, delta, message \\ nil)

  def assert_in_delta(_value1, _value2, delta, _message) when delta < 0 do
    raise ArgumentError, "delta must always be a positive number, got: #{inspect(delta)}"
  end

  def assert_in_delta(value1, value2, delta, message) do
    difference = abs(value1 - value2)
    assert(difference <= delta, message || distance(value1, value2, difference, "less than or equal to", delta))
  end

  @doc "Claims that two numbers differ by `delta` or more."
  def refute_in_delta(value1, value2, delta, message \\ nil) do
    difference = abs(value1 - value2)
    refute(difference < delta, message || distance(value1, value2, difference, "more than", delta))
  end

  defp distance(value1, value2, difference, relation, delta) do
    "Expected the difference between #{inspect(value1)} and #{inspect(value2)} " <>
      "(#{inspect(difference)}) to be #{relation} #{inspect(delta)}"
  end

  @doc "Fails."
  @spec flunk(String.t()) :: no_return
  def flunk(message \\ "Flunked!") when is_binary(message), do: raise(AssertionError, message: message)
end
