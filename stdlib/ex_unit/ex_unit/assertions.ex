defmodule ExUnit.Assertions do
  @moduledoc "What a test claims."

  @operators [:==, :===, :!=, :!==, :<, :>, :<=, :>=, :=~, :in]

  # --- assert ----------------------------------------------------------------------------------

  defmacro assert({:=, meta, [left, right]} = assertion) do
    code = shown_code(:assert, meta, assertion)
    # An assignment to a plain variable just asks for a true value.
    pattern = pattern_of(left, __CALLER__)
    vars = bound(pattern)
    pins = pinned(pattern, Macro.Env.vars(__CALLER__))
    left_ast = Macro.escape(left)
    value = Macro.var(:value, __MODULE__)

    quote do
      right = unquote(right)
      expr = unquote(code)

      {unquote_splicing(vars)} =
        case right do
          unquote(pattern) ->
            unquote(truth_test(pattern, value))
            {unquote_splicing(vars)}

          _ ->
            raise ExUnit.AssertionError,
              left: unquote(left_ast),
              right: right,
              expr: expr,
              message: "match (=) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
              context: {:match, unquote(pins)}
        end

      right
    end
  end

  defmacro assert({:match?, meta, [left, right]} = assertion) do
    code = shown_code(:assert, meta, assertion)
    {pattern, left_ast, pins} = match_parts(left, __CALLER__)

    quote do
      right = unquote(right)

      unless match?(unquote(pattern), right) do
        raise ExUnit.AssertionError,
          left: unquote(left_ast),
          right: right,
          expr: unquote(code),
          message: "match (match?) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
          context: {:match, unquote(pins)}
      end

      true
    end
  end

  defmacro assert({operator, meta, [left, right]} = assertion) when operator in @operators do
    comparison(:assert, operator, meta, left, right, assertion)
  end

  defmacro assert(assertion) do
    {args, value} = parts_of_call(assertion, __CALLER__)

    quote generated: true do
      value = unquote(value)

      if value do
        value
      else
        raise ExUnit.AssertionError,
          args: unquote(args),
          expr: unquote(shown_code(:assert, [], assertion)),
          message: "Expected truthy, got #{inspect(value)}"
      end
    end
  end

  defmacro refute({:match?, meta, [left, right]} = assertion) do
    code = shown_code(:refute, meta, assertion)
    {pattern, left_ast, pins} = match_parts(left, __CALLER__)

    quote do
      right = unquote(right)

      if match?(unquote(pattern), right) do
        raise ExUnit.AssertionError,
          left: unquote(left_ast),
          right: right,
          expr: unquote(code),
          message: "match (match?) succeeded, but should have failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
          context: {:match, unquote(pins)}
      end

      false
    end
  end

  defmacro refute({operator, meta, [left, right]} = assertion) when operator in @operators do
    comparison(:refute, operator, meta, left, right, assertion)
  end

  defmacro refute(assertion) do
    {args, value} = parts_of_call(assertion, __CALLER__)

    quote generated: true do
      value = unquote(value)

      if value do
        raise ExUnit.AssertionError,
          args: unquote(args),
          expr: unquote(shown_code(:refute, [], assertion)),
          message: "Expected false or nil, got #{inspect(value)}"
      else
        value
      end
    end
  end

  defp truth_test({name, _, context}, _value) when is_atom(name) and is_atom(context) do
    quote do
      if right in [nil, false] do
        raise ExUnit.AssertionError,
          expr: expr,
          message: "Expected truthy, got #{inspect(right)}"
      end
    end
  end

  defp truth_test(_pattern, _value), do: :ok

  defp comparison(kind, operator, meta, left, right, assertion) do
    code = shown_code(kind, meta, assertion)
    call = {operator, meta, [Macro.var(:left, __MODULE__), Macro.var(:right, __MODULE__)]}

    message =
      case kind do
        :assert -> "Assertion with #{operator} failed"
        :refute -> "Refute with #{operator} failed"
      end

    equal_message = message <> ", both sides are exactly equal"

    quote generated: true do
      left = unquote(left)
      right = unquote(right)

      ExUnit.Assertions.__operator__(
        left,
        right,
        unquote(call),
        unquote(kind),
        unquote(code),
        unquote(message),
        unquote(equal_message)
      )
    end
  end

  @doc false
  def __operator__(_left, _right, result, :assert, _expr, _message, _equal) when result not in [nil, false], do: result
  def __operator__(_left, _right, result, :refute, _expr, _message, _equal) when result in [nil, false], do: result

  def __operator__(left, right, _result, _kind, expr, message, equal) do
    if left === right do
      raise ExUnit.AssertionError, left: left, expr: expr, message: equal
    else
      raise ExUnit.AssertionError, left: left, right: right, expr: expr, message: message
    end
  end

  # The arguments of a plain call are told apart, unless they are what stands in the code.
  defp parts_of_call({root, meta, [_ | _] = args} = expr, env) do
    arity = length(args)

    reserved? = is_atom(root) and (Macro.special_form?(root, arity) or Macro.operator?(root, arity))
    expands? = Macro.expand_once(expr, env) != expr

    all_quoted? =
      case root do
        {:., _, [_fun]} -> false
        {:., _, [_, _]} -> true
        _ -> is_atom(root)
      end

    if expands? or reserved? or not all_quoted? or Enum.any?(args, &capture_placeholder?/1) do
      {ExUnit.AssertionError.no_value(), expr}
    else
      vars = for i <- 1..arity, do: Macro.var(:"arg#{i}", __MODULE__)

      quoted =
        quote do
          {unquote_splicing(vars)} = {unquote_splicing(args)}
          unquote({root, meta, vars})
        end

      if Enum.all?(args, &literal?/1), do: {ExUnit.AssertionError.no_value(), quoted}, else: {vars, quoted}
    end
  end

  defp parts_of_call(expr, _env), do: {ExUnit.AssertionError.no_value(), expr}

  defp capture_placeholder?({:&, _, [n]}) when is_integer(n), do: true
  defp capture_placeholder?(_), do: false

  defp literal?(term), do: Macro.quoted_literal?(term)

  defp shown_code(kind, meta, expr) do
    Macro.escape({kind, meta, [expr]}, prune_metadata: true)
  end

  defp match_parts({:when, meta, [left, guard]}, caller) do
    pattern = pattern_of(left, caller)
    pins = pinned(pattern, Macro.Env.vars(caller))
    {{:when, meta, [pattern, guard]}, Macro.escape({:when, meta, [left, guard]}), pins}
  end

  defp match_parts(left, caller) do
    pattern = pattern_of(left, caller)
    {pattern, Macro.escape(left), pinned(pattern, Macro.Env.vars(caller))}
  end

  @doc false
  def __pattern__(pattern, caller), do: pattern_of(pattern, caller)

  # Macros in a pattern are expanded here, so that their variables are seen.
  defp pattern_of({:when, meta, [left, right]}, caller) do
    left = spread(left, Macro.Env.to_match(caller))
    {:when, meta, [left, right]}
  end

  defp pattern_of(expr, caller), do: spread(expr, Macro.Env.to_match(caller))

  defp spread({:quote, _, [_]} = expr, _caller), do: expr
  defp spread({:quote, _, [_, _]} = expr, _caller), do: expr
  defp spread({:__aliases__, _, _} = expr, caller), do: Macro.expand(expr, caller)
  defp spread({:@, _, [attribute]}, caller) do
    case attribute do
      {name, _, args} when is_atom(args) or args == [] ->
        caller.module |> Module.get_attribute(name) |> Macro.escape()

      _ ->
        {:@, [], [attribute]}
    end
  end

  defp spread({:"::", meta, [left, right]}, caller), do: {:"::", meta, [spread(left, caller), right]}

  defp spread({:<>, meta, [left, right]}, caller),
    do: {:<>, meta, [spread(left, caller), spread(right, caller)]}

  defp spread({_, _, args} = expr, caller) when is_list(args) do
    case Macro.expand_once(expr, caller) do
      ^expr ->
        {head, meta, args} = expr
        {head, meta, Enum.map(args, &spread(&1, caller))}

      other ->
        spread(other, caller)
    end
  end

  defp spread({left, right}, caller), do: {spread(left, caller), spread(right, caller)}
  defp spread(list, caller) when is_list(list), do: Enum.map(list, &spread(&1, caller))
  defp spread(other, _caller), do: other

  # Variables that the pattern binds, each once.
  defp bound({:when, _, [left, _guard]}), do: bound(left)
  defp bound(expr), do: expr |> vars([]) |> Enum.reverse()

  defp vars({:"::", _, [left, right]}, acc), do: (_ = right; vars(left, acc))
  defp vars({skip, _, [_]}, acc) when skip in [:^, :@, :quote], do: acc
  defp vars({skip, _, [_, _]}, acc) when skip in [:quote], do: acc
  defp vars({:_, _, context}, acc) when is_atom(context), do: acc

  defp vars({name, _meta, context}, acc) when is_atom(name) and is_atom(context) do
    if Enum.any?(acc, fn {n, _, c} -> n == name and c == context end) or name in [:__MODULE__, :__ENV__, :__CALLER__, :__DIR__, :__STACKTRACE__] do
      acc
    else
      [{name, [generated: true], context} | acc]
    end
  end

  defp vars({head, _, args}, acc) when is_list(args), do: Enum.reduce(args, vars(head, acc), &vars/2)
  defp vars({left, right}, acc), do: vars(right, vars(left, acc))
  defp vars(list, acc) when is_list(list), do: Enum.reduce(list, acc, &vars/2)
  defp vars(_, acc), do: acc

  defp pinned(expr, vars) do
    {_, pins} =
      Macro.prewalk(expr, %{}, fn
        {:quote, _, [_]}, acc ->
          {:ok, acc}

        {:quote, _, [_, _]}, acc ->
          {:ok, acc}

        {:^, _, [{name, _, nil} = var]}, acc when is_atom(name) ->
          id = {name, nil}
          if id in vars, do: {:ok, Map.put(acc, id, var)}, else: {:ok, acc}

        form, acc ->
          {form, acc}
      end)

    Enum.map(pins, fn {id, var} -> quote(do: {unquote(Macro.escape(id)), unquote(var)}) end)
  end

  @doc false
  def __pins__([]), do: ""

  def __pins__(pins) do
    content =
      pins
      |> Enum.reverse()
      |> Enum.map_join("\n", fn {{name, _}, value} -> "  #{name} = #{inspect(value)}" end)

    "\nThe following variables were pinned:\n" <> content
  end

  # --- with messages ---------------------------------------------------------------------------

  def assert(value, opts) when is_list(opts) do
    unless value, do: raise(ExUnit.AssertionError, opts)
    true
  end

  def assert(value, message) when is_binary(message), do: assert(value, message: message)

  def assert(value, exception) do
    unless value, do: raise(exception)
    true
  end

  def refute(value, opts) when is_list(opts), do: not assert(!value, opts)
  def refute(value, message), do: not assert(!value, message: message)

  # --- messages --------------------------------------------------------------------------------

  defmacro assert_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    receive_code(:assert_receive, pattern, timeout, failure_message, __CALLER__)
  end

  defmacro assert_received(pattern, failure_message \\ nil) do
    receive_code(:assert_received, pattern, 0, failure_message, __CALLER__)
  end

  defp receive_code(name, pattern, timeout, failure_message, caller) do
    code = shown_code(name, [], pattern)
    expanded = pattern_of(pattern, caller)

    vars =
      case expanded do
        {:when, _, [left, _]} -> bound(left)
        _ -> bound(expanded)
      end

    pins = pinned(expanded, Macro.Env.vars(caller))
    left = Macro.escape(pattern)

    # The whole message is wanted as well as its parts.
    {match, guard} =
      case expanded do
        {:when, meta, [left, right]} -> {left, {meta, right}}
        _ -> {expanded, nil}
      end

    received = Macro.var(:received, __MODULE__)
    head = quote(do: unquote(match) = unquote(received))
    head = if guard, do: {:when, elem(guard, 0), [head, elem(guard, 1)]}, else: head
    body = quote(do: {unquote(received), {unquote_splicing(vars)}})
    clauses = [{:->, [], [[head], body]}]

    after_clause =
      quote do
        ExUnit.Assertions.__receive_failed__(
          unquote(left),
          unquote(code),
          timeout,
          unquote(failure_message),
          unquote(pins)
        )
      end

    quote do
      timeout =
        ExUnit.Assertions.__timeout__(unquote(timeout), :assert_receive_timeout)

      {received, {unquote_splicing(vars)}} =
        unquote({:receive, [], [[do: clauses, after: [{:->, [], [[Macro.var(:timeout, __MODULE__)], after_clause]}]]]})

      received
    end
  end

  @doc false
  def __timeout__(nil, key), do: ExUnit.configuration() |> Keyword.fetch!(key)
  def __timeout__(timeout, _key) when is_integer(timeout) and timeout >= 0, do: timeout

  def __timeout__(timeout, _key) do
    raise ArgumentError, "timeout must be a non-negative integer, got: #{inspect(timeout)}"
  end

  @max_mailbox 10

  @doc false
  def __receive_failed__(_left, _code, _timeout, message, _pins) when is_binary(message), do: flunk(message)

  def __receive_failed__(left, code, timeout, _message, pins) do
    {:messages, messages} = Process.info(self(), :messages)
    length = length(messages)
    shown = Enum.take(messages, -@max_mailbox)

    mailbox =
      case length do
        0 -> "\nThe process mailbox is empty."
        1 -> "\nShowing 1 of 1 message in the mailbox"
        n -> "\nShowing #{min(n, @max_mailbox)} of #{n} messages in the mailbox"
      end

    raise ExUnit.AssertionError,
      left: left,
      expr: code,
      message: "Assertion failed, no matching message after #{timeout}ms" <> __pins__(pins) <> mailbox,
      context: {:mailbox, pins, shown}
  end

  defmacro refute_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    refute_code(pattern, timeout, failure_message)
  end

  defmacro refute_received(pattern, failure_message \\ nil) do
    refute_code(pattern, 0, failure_message)
  end

  defp refute_code(pattern, timeout, failure_message) do
    text = Macro.to_string(pattern)
    actual = Macro.var(:actual, __MODULE__)

    head =
      case pattern do
        {:when, meta, [left, guard]} -> {:when, meta, [quote(do: unquote(left) = unquote(actual)), guard]}
        _ -> quote(do: unquote(pattern) = unquote(actual))
      end

    body =
      quote do
        flunk(
          unquote(failure_message) ||
            "Unexpectedly received message #{inspect(unquote(actual))} (which matched #{unquote(text)})"
        )
      end

    timeout_var = Macro.var(:timeout, __MODULE__)

    quote do
      unquote(timeout_var) = ExUnit.Assertions.__timeout__(unquote(timeout), :refute_receive_timeout)

      unquote(
        {:receive, [],
         [[do: [{:->, [], [[head], body]}], after: [{:->, [], [[timeout_var], false]}]]]}
      )
    end
  end

  # --- errors ----------------------------------------------------------------------------------

  def assert_raise(exception, message, function) when is_function(function) do
    error = assert_raise(exception, function)

    matches? =
      cond do
        is_binary(message) -> Exception.message(error) == message
        is_struct(message, Regex) -> Exception.message(error) =~ message
      end

    unless matches? do
      flunk("""
      Wrong message for #{inspect(exception)}
      expected:
        #{inspect(message)}
      actual:
        #{inspect(Exception.message(error))}\
      """)
    end

    error
  end

  def assert_raise(exception, function) when is_function(function) do
    try do
      function.()
    rescue
      error ->
        name = error.__struct__

        cond do
          name == exception ->
            message_works!(name, error)
            error

          name == ExUnit.AssertionError ->
            reraise(error, __STACKTRACE__)

          true ->
            reraise ExUnit.AssertionError,
                    [
                      message:
                        "Expected exception #{inspect(exception)} " <>
                          "but got #{inspect(name)} (#{Exception.message(error)})"
                    ],
                    __STACKTRACE__
        end
    else
      _ -> flunk("Expected exception #{inspect(exception)} but nothing was raised")
    end
  end

  defp message_works!(module, error) do
    module.message(error)
  catch
    kind, reason ->
      flunk(
        "Got exception #{inspect(module)} but it failed to produce a message with:\n\n" <>
          Exception.format(kind, reason, __STACKTRACE__)
      )
  end

  def assert_in_delta(value1, value2, delta, message \\ nil)

  def assert_in_delta(_, _, delta, _) when delta < 0 do
    raise ArgumentError, "delta must always be a positive number, got: #{inspect(delta)}"
  end

  def assert_in_delta(value1, value2, delta, message) do
    diff = abs(value1 - value2)

    message =
      message ||
        "Expected the difference between #{inspect(value1)} and " <>
          "#{inspect(value2)} (#{inspect(diff)}) to be less than or equal to #{inspect(delta)}"

    assert diff <= delta, message
  end

  def refute_in_delta(value1, value2, delta, message \\ nil) do
    diff = abs(value1 - value2)

    message =
      message ||
        "Expected the difference between #{inspect(value1)} and " <>
          "#{inspect(value2)} (#{inspect(diff)}) to be more than #{inspect(delta)}"

    refute diff < delta, message
  end

  defmacro catch_throw(expression), do: caught(:throw, expression)
  defmacro catch_exit(expression), do: caught(:exit, expression)
  defmacro catch_error(expression), do: caught(:error, expression)

  defp caught(kind, expr) do
    quote do
      try do
        _ = unquote(expr)
        flunk("Expected to catch #{unquote(kind)}, got nothing")
      rescue
        e in [ExUnit.AssertionError] -> reraise(e, __STACKTRACE__)
      catch
        unquote(kind), we_got -> we_got
      end
    end
  end

  def flunk(message \\ "Flunked!") when is_binary(message), do: assert(false, message: message)
end
