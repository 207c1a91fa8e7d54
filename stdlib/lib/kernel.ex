defmodule Kernel do
  @moduledoc """
  What every module imports: operators, guards, control flow and the macros that define things.

  `def`, `defp`, `defmacro`, `defmacrop`, `defmodule` and `@` belong to the compiler and are added to this module by it.
  """

  # Nothing of this file may use a macro outside of `quote`: it is compiled before there are any.

  ## Operators and functions that the compiler rewrites to Erlang's

  @doc guard: true
  def left + right, do: :erlang.+(left, right)
  @doc guard: true
  def left - right, do: :erlang.-(left, right)
  @doc guard: true
  def +value, do: :erlang.+(value)
  @doc guard: true
  def -value, do: :erlang.-(value)
  @doc guard: true
  def left * right, do: :erlang.*(left, right)
  @doc guard: true
  def left / right, do: :erlang./(left, right)
  def left ++ right, do: :erlang.++(left, right)
  def left -- right, do: :erlang.--(left, right)
  @doc guard: true
  def not value, do: :erlang.not(value)
  @doc guard: true
  def left < right, do: :erlang.<(left, right)
  @doc guard: true
  def left > right, do: :erlang.>(left, right)
  @doc guard: true
  def left <= right, do: :erlang."=<"(left, right)
  @doc guard: true
  def left >= right, do: :erlang.>=(left, right)
  @doc guard: true
  def left == right, do: :erlang.==(left, right)
  @doc guard: true
  def left != right, do: :erlang."/="(left, right)
  @doc guard: true
  def left === right, do: :erlang."=:="(left, right)
  @doc guard: true
  def left !== right, do: :erlang."=/="(left, right)

  @doc guard: true
  def abs(number), do: :erlang.abs(number)
  @doc guard: true
  def binary_part(binary, start, size), do: :erlang.binary_part(binary, start, size)
  @doc guard: true
  def bit_size(bitstring), do: :erlang.bit_size(bitstring)
  @doc guard: true
  def byte_size(bitstring), do: :erlang.byte_size(bitstring)
  @doc guard: true
  def ceil(number), do: :erlang.ceil(number)
  @doc guard: true
  def div(dividend, divisor), do: :erlang.div(dividend, divisor)
  @doc guard: true
  def elem(tuple, index), do: :erlang.element(:erlang.+(index, 1), tuple)
  @doc guard: true
  def floor(number), do: :erlang.floor(number)
  @doc guard: true
  def hd(list), do: :erlang.hd(list)
  @doc guard: true
  def is_atom(term), do: :erlang.is_atom(term)
  @doc guard: true
  def is_binary(term), do: :erlang.is_binary(term)
  @doc guard: true
  def is_bitstring(term), do: :erlang.is_bitstring(term)
  @doc guard: true
  def is_boolean(term), do: :erlang.is_boolean(term)
  @doc guard: true
  def is_float(term), do: :erlang.is_float(term)
  @doc guard: true
  def is_function(term), do: :erlang.is_function(term)
  @doc guard: true
  def is_function(term, arity), do: :erlang.is_function(term, arity)
  @doc guard: true
  def is_integer(term), do: :erlang.is_integer(term)
  @doc guard: true
  def is_list(term), do: :erlang.is_list(term)
  @doc guard: true
  def is_map(term), do: :erlang.is_map(term)
  @doc guard: true
  def is_map_key(map, key), do: :erlang.is_map_key(key, map)
  @doc guard: true
  def is_number(term), do: :erlang.is_number(term)
  @doc guard: true
  def is_pid(term), do: :erlang.is_pid(term)
  @doc guard: true
  def is_port(term), do: :erlang.is_port(term)
  @doc guard: true
  def is_reference(term), do: :erlang.is_reference(term)
  @doc guard: true
  def is_tuple(term), do: :erlang.is_tuple(term)
  @doc guard: true
  def length(list), do: :erlang.length(list)
  @doc guard: true
  def map_size(map), do: :erlang.map_size(map)
  @doc guard: true
  def node, do: :erlang.node()
  @doc guard: true
  def node(of), do: :erlang.node(of)
  @doc guard: true
  def rem(dividend, divisor), do: :erlang.rem(dividend, divisor)
  @doc guard: true
  def round(number), do: :erlang.round(number)
  @doc guard: true
  def self(), do: :erlang.self()
  @doc guard: true
  def tl(list), do: :erlang.tl(list)
  @doc guard: true
  def trunc(number), do: :erlang.trunc(number)
  @doc guard: true
  def tuple_size(tuple), do: :erlang.tuple_size(tuple)

  def apply(fun, args), do: :erlang.apply(fun, args)
  def apply(module, function, args), do: :erlang.apply(module, function, args)
  def exit(reason), do: :erlang.exit(reason)
  def function_exported?(module, function, arity), do: :erlang.function_exported(module, function, arity)
  def make_ref(), do: :erlang.make_ref()
  def max(first, second), do: :erlang.max(first, second)
  def min(first, second), do: :erlang.min(first, second)
  def put_elem(tuple, index, value), do: :erlang.setelement(:erlang.+(index, 1), tuple, value)
  def send(dest, message), do: :erlang.send(dest, message)
  def spawn(fun), do: :erlang.spawn(fun)
  def spawn(module, function, args), do: :erlang.spawn(module, function, args)
  def spawn_link(fun), do: :erlang.spawn_link(fun)
  def spawn_link(module, function, args), do: :erlang.spawn_link(module, function, args)
  def spawn_monitor(fun), do: :erlang.spawn_monitor(fun)
  def spawn_monitor(module, function, args), do: :erlang.spawn_monitor(module, function, args)
  def throw(term), do: :erlang.throw(term)

  @doc "Power: an integer for a non-negative integer exponent, else a float."
  def base ** exponent do
    case :erlang.andalso(:erlang.is_integer(base), :erlang.is_integer(exponent)) do
      true -> power(base, exponent)
      false -> :math.pow(base, exponent)
    end
  end

  defp power(base, exponent) do
    case :erlang.<(exponent, 0) do
      true -> :math.pow(base, exponent)
      false -> power(base, exponent, 1)
    end
  end

  defp power(_base, 0, acc), do: acc
  defp power(base, 1, acc), do: :erlang.*(base, acc)

  defp power(base, exponent, acc) do
    case :erlang.band(exponent, 1) do
      0 -> power(:erlang.*(base, base), :erlang.bsr(exponent, 1), acc)
      1 -> power(:erlang.*(base, base), :erlang.bsr(exponent, 1), :erlang.*(base, acc))
    end
  end

  ## Booleans and control flow

  @doc "Strict `and`: the left side must be a boolean; the right side is evaluated only if it is `true`."
  defmacro left and right, do: boolean(:and, __CALLER__, left, right)

  @doc "Strict `or`: the left side must be a boolean; the right side is evaluated only if it is `false`."
  defmacro left or right, do: boolean(:or, __CALLER__, left, right)

  defp boolean(operator, %{context: nil}, left, right) do
    {on_false, on_true} =
      case operator do
        :and -> {false, right}
        :or -> {right, true}
      end

    quote generated: true do
      case unquote(left) do
        false -> unquote(on_false)
        true -> unquote(on_true)
        other -> :erlang.error({:badbool, unquote(operator), other})
      end
    end
  end

  defp boolean(:and, _caller, left, right), do: quote(do: :erlang.andalso(unquote(left), unquote(right)))
  defp boolean(:or, _caller, left, right), do: quote(do: :erlang.orelse(unquote(left), unquote(right)))

  @doc "The right side if the left is truthy, else the left."
  defmacro left && right do
    outside_guard(__CALLER__, "&&")
    truthy(left, right, quote(do: x), quote(do: x))
  end

  @doc "The left side if it is truthy, else the right."
  defmacro left || right do
    outside_guard(__CALLER__, "||")
    truthy(left, quote(do: x), right, quote(do: x))
  end

  @doc "`true` for `nil` and `false`, else `false`."
  defmacro !value do
    outside_guard(__CALLER__, "!")

    case value do
      {:!, _, [inner]} -> truthy(inner, true, false, quote(do: x))
      _ -> truthy(value, false, true, quote(do: x))
    end
  end

  defp truthy(condition, on_true, on_false, var) do
    quote generated: true do
      case unquote(condition) do
        unquote(var) when :erlang.orelse(:erlang."=:="(unquote(var), nil), :erlang."=:="(unquote(var), false)) ->
          unquote(on_false)

        unquote(bound(on_true, var)) ->
          unquote(on_true)
      end
    end
  end

  # The clause of a truthy value binds it only where it is the answer.
  defp bound(var, var), do: var
  defp bound(_other, _var), do: quote(do: _)

  defp outside_guard(%{context: nil}, _operator), do: :ok

  defp outside_guard(%{context: context}, operator) do
    {place, where} =
      case context do
        :guard -> {"guard", "guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html"}
        :match -> {"match", "patterns such as function clauses, case clauses or on the left side of the = operator"}
      end

    :erlang.error(ArgumentError.exception(join(["invalid expression in ", place, ", ", operator, " is not allowed in ", where])))
  end

  @doc "Evaluates `do` if the condition is truthy, else `else`."
  defmacro if(condition, clauses), do: when_true(condition, clauses)

  @doc "Evaluates `do` if the condition is falsy, else `else`."
  defmacro unless(condition, clauses), do: when_false(condition, clauses)

  defp when_true(condition, do: yes), do: truthy(condition, yes, nil, quote(do: x))
  defp when_true(condition, do: yes, else: no), do: truthy(condition, yes, no, quote(do: x))
  defp when_true(_condition, _clauses), do: bad_clauses("if")

  defp when_false(condition, do: no), do: truthy(condition, nil, no, quote(do: x))
  defp when_false(condition, do: no, else: yes), do: truthy(condition, yes, no, quote(do: x))
  defp when_false(_condition, _clauses), do: bad_clauses("unless")

  defp bad_clauses(name) do
    :erlang.error(
      ArgumentError.exception(
        join(["invalid or duplicate keys for ", name, ", only \"do\" and an optional \"else\" are permitted"])
      )
    )
  end

  @doc "Passes the left side as the first argument of the call on the right."
  defmacro left |> right do
    [first | calls] = unpipe(right, unpipe(left, []))
    pipe_all(calls, first)
  end

  # The forms of a chain, in their order.
  defp unpipe(form, []), do: :lists.reverse(pipes(form, []))
  defp unpipe(form, before), do: :erlang.++(before, unpipe(form, []))

  defp pipes({:|>, _, [left, right]}, acc), do: pipes(right, pipes(left, acc))
  defp pipes(other, acc), do: [other | acc]

  defp pipe_all([], acc), do: acc
  defp pipe_all([call | rest], acc), do: pipe_all(rest, pipe_into(acc, call))

  # An ordinary call; `Macro.pipe/3` says what is wrong with others.
  defp pipe_into(value, {{:., _, _} = target, meta, args}) when :erlang.is_list(args), do: {target, meta, [value | args]}

  defp pipe_into(value, {name, meta, args} = call)
       when :erlang.andalso(:erlang.is_atom(name), :erlang.is_list(args)) do
    case :erlang.atom_to_binary(name) do
      <<char, _::binary>> when :erlang.andalso(:erlang.>=(char, ?a), :erlang."=<"(char, ?z)) ->
        case :lists.member(name, [:fn, :unquote, :and, :or, :not, :in, :when]) do
          true -> Macro.pipe(value, call, 0)
          false -> {name, meta, [value | args]}
        end

      _ ->
        Macro.pipe(value, call, 0)
    end
  end

  defp pipe_into(value, {name, meta, context})
       when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(context)),
       do: {name, meta, [value]}

  defp pipe_into(value, call), do: Macro.pipe(value, call, 0)

  @doc "Whether the pattern, with its guard, matches the expression."
  defmacro match?(pattern, expression) do
    {pattern, guard_less?} =
      case pattern do
        {:_, _, context} when :erlang.is_atom(context) -> {pattern, true}
        {name, _, context} when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(context)) -> {pattern, true}
        _ -> {pattern, false}
      end

    case guard_less? do
      true ->
        quote generated: true do
          case unquote(expression) do
            unquote(pattern) -> true
          end
        end

      false ->
        quote generated: true do
          case unquote(expression) do
            unquote(pattern) -> true
            _ -> false
          end
        end
    end
  end

  @doc "Calls the function with the value and gives the value."
  defmacro tap(value, fun) do
    quote do
      value = unquote(value)
      _ = unquote(fun).(value)
      value
    end
  end

  @doc "Calls the function with the value."
  defmacro then(value, fun), do: quote(do: unquote(fun).(unquote(value)))

  @doc "Matches the list with the pattern list, filling up with `nil` and cutting off what is too much."
  defmacro destructure(left, right) when :erlang.is_list(left) do
    quote do
      unquote(left) = Kernel.Utils.destructure(unquote(right), unquote(:erlang.length(left)))
    end
  end

  defp join(iodata), do: :erlang.iolist_to_binary(iodata)

  ## Guards that are macros

  @doc guard: true
  defmacro is_nil(term), do: quote(do: :erlang."=:="(unquote(term), nil))

  @doc guard: true
  defmacro is_struct(term) do
    in_guard_or_once(__CALLER__, term, fn term ->
      quote do
        :erlang.andalso(
          :erlang.andalso(:erlang.is_map(unquote(term)), :erlang.is_map_key(:__struct__, unquote(term))),
          :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
        )
      end
    end)
  end

  @doc guard: true
  defmacro is_struct(term, name) do
    in_guard_or_once(__CALLER__, term, fn term ->
      quote do
        :erlang.andalso(
          :erlang.andalso(
            :erlang.andalso(:erlang.is_map(unquote(term)), :erlang.orelse(:erlang.is_atom(unquote(name)), :fail)),
            :erlang.is_map_key(:__struct__, unquote(term))
          ),
          :erlang."=:="(:erlang.map_get(:__struct__, unquote(term)), unquote(name))
        )
      end
    end)
  end

  @doc guard: true
  defmacro is_exception(term) do
    in_guard_or_once(__CALLER__, term, fn term ->
      quote do
        :erlang.andalso(
          :erlang.andalso(:erlang.is_map(unquote(term)), :erlang.is_map_key(:__exception__, unquote(term))),
          :erlang.andalso(
            :erlang.is_map_key(:__struct__, unquote(term)),
            :erlang.andalso(
              :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term))),
              :erlang."=:="(:erlang.map_get(:__exception__, unquote(term)), true)
            )
          )
        )
      end
    end)
  end

  @doc guard: true
  defmacro is_exception(term, name) do
    in_guard_or_once(__CALLER__, term, fn term ->
      quote do
        :erlang.andalso(
          :erlang.andalso(
            :erlang.andalso(:erlang.is_map(unquote(term)), :erlang.orelse(:erlang.is_atom(unquote(name)), :fail)),
            :erlang.is_map_key(:__struct__, unquote(term))
          ),
          :erlang.andalso(
            :erlang."=:="(:erlang.map_get(:__struct__, unquote(term)), unquote(name)),
            :erlang.andalso(
              :erlang.is_map_key(:__exception__, unquote(term)),
              :erlang."=:="(:erlang.map_get(:__exception__, unquote(term)), true)
            )
          )
        )
      end
    end)
  end

  @doc guard: true
  defmacro is_non_struct_map(term) do
    in_guard_or_once(__CALLER__, term, fn term ->
      quote do
        :erlang.andalso(
          :erlang.is_map(unquote(term)),
          :erlang.not(
            :erlang.andalso(
              :erlang.is_map_key(:__struct__, unquote(term)),
              :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
            )
          )
        )
      end
    end)
  end

  # A guard may repeat its term; elsewhere the term is evaluated once.
  defp in_guard_or_once(%{context: :guard}, term, build), do: build.(term)

  defp in_guard_or_once(_caller, term, build) do
    quote generated: true do
      case unquote(term) do
        term when unquote(build.(quote(do: term))) -> true
        _ -> false
      end
    end
  end

  ## Membership

  @doc guard: true
  defmacro left in right do
    in_body? = :erlang."=:="(:erlang.map_get(:context, __CALLER__), nil)
    expanded = Kernel.Membership.expand_membership(right, __CALLER__)
    Kernel.Membership.membership(left, expanded, right, in_body?)
  end

  ## Ranges, strings

  @doc "The full range `0..-1//1`."
  defmacro (..) do
    quote(do: %{__struct__: Elixir.Range, first: 0, last: -1, step: 1})
  end

  @doc "The range from `first` to `last`; its step is 1, or -1 if `last` is smaller."
  defmacro first..last do
    Kernel.Membership.range(first, last, __CALLER__)
  end

  @doc "The range from `first` to `last` with a step."
  defmacro first..last//step do
    Kernel.Membership.range(first, last, step, __CALLER__)
  end

  @doc "Concatenates binaries; in a pattern the left side must be a literal."
  defmacro left <> right do
    Kernel.Text.concat(left, right, __CALLER__)
  end

  @doc "Whether the text matches the regular expression or contains the text on the right."
  def left =~ right when :erlang.is_binary(left), do: Kernel.Text.matches?(left, right)

  @doc "The term as a string, by the `String.Chars` protocol."
  defmacro to_string(term), do: quote(do: :"Elixir.String.Chars".to_string(unquote(term)))

  @doc "The term as a charlist, by the `List.Chars` protocol."
  defmacro to_charlist(term), do: quote(do: :"Elixir.List.Chars".to_charlist(unquote(term)))

  @doc "The term as `Inspect` shows it. Options: see `Inspect.Opts`."
  def inspect(term, opts \\ []) when :erlang.is_list(opts) do
    opts = Inspect.Opts.new(opts)

    limit =
      case :erlang.map_get(:pretty, opts) do
        true -> :erlang.map_get(:width, opts)
        _ -> :infinity
      end

    doc = Inspect.Algebra.group(Inspect.Algebra.to_doc(term, opts))
    :erlang.iolist_to_binary(Inspect.Algebra.format(doc, limit))
  end

  @doc "The bytes of the range `first..last`; negative positions count from the end."
  def binary_slice(binary, %{__struct__: Range, first: first, last: last, step: step})
      when :erlang.is_binary(binary) do
    case step do
      1 -> Kernel.Text.slice_bytes(binary, first, last)
      _ -> Kernel.Text.binary_slice_step(binary, first, last, step)
    end
  end

  @doc "At most `size` bytes from `start`; a negative start counts from the end."
  def binary_slice(binary, start, size)
      when :erlang.andalso(
             :erlang.andalso(:erlang.is_binary(binary), :erlang.is_integer(start)),
             :erlang.andalso(:erlang.is_integer(size), :erlang.>=(size, 0))
           ),
      do: Kernel.Text.binary_slice_size(binary, start, size)

  ## Nested data

  @doc "Follows the keys into nested structures; `nil` where something is missing."
  def get_in(data, keys)
  def get_in(data, [_ | _] = keys), do: Kernel.Path.get(data, keys)

  @doc "Reads a path such as `map.key[:other]`, `nil` where something on the way is `nil`."
  defmacro get_in(path) do
    {data, keys} = Kernel.Path.unnest(path, "get_in/1")
    Kernel.Path.nest_get(data, keys)
  end

  @doc "Puts the value under the keys."
  def put_in(data, [_ | _] = keys, value),
    do: :erlang.element(2, get_and_update_in(data, keys, fn _ -> {nil, value} end))

  @doc "Updates what is under the keys with the function."
  def update_in(data, [_ | _] = keys, fun) when :erlang.is_function(fun),
    do: :erlang.element(2, get_and_update_in(data, keys, fn value -> {nil, fun.(value)} end))

  @doc "Reads and updates what is under the keys: the function gives `{read, new}` or `:pop`."
  def get_and_update_in(data, keys, fun)
  def get_and_update_in(data, [_ | _] = keys, fun), do: Kernel.Path.get_and_update(data, keys, fun)

  @doc "Takes out what is under the keys: `{value, rest}`."
  def pop_in(data, keys)
  def pop_in(data, [_ | _] = keys), do: Kernel.Path.pop(data, keys)

  @doc "Puts a value at a path such as `map.key` or `data[:key].other`."
  defmacro put_in(path, value) do
    {data, keys} = Kernel.Path.unnest(path, "put_in/2")
    Kernel.Path.nest_update(data, keys, quote(do: fn _ -> unquote(value) end))
  end

  @doc "Updates the value at a path."
  defmacro update_in(path, fun) do
    {data, keys} = Kernel.Path.unnest(path, "update_in/2")
    Kernel.Path.nest_update(data, keys, fun)
  end

  @doc "Reads and updates the value at a path."
  defmacro get_and_update_in(path, fun) do
    {data, keys} = Kernel.Path.unnest(path, "get_and_update_in/2")
    Kernel.Path.nest_get_and_update(data, keys, fun)
  end

  @doc "Takes out the value at a path."
  defmacro pop_in(path) do
    {data, keys} = Kernel.Path.unnest(path, "pop_in/1")
    Kernel.Path.nest_pop(data, keys)
  end

  ## Structs

  @doc "Builds a struct or updates one; keys that it does not have are dropped."
  def struct(struct, fields \\ [])
  def struct(module, fields) when :erlang.is_atom(module), do: struct(module.__struct__(), fields)
  def struct(%_{} = struct, []), do: struct
  def struct(%_{} = struct, fields), do: Kernel.Utils.put_fields(struct, fields, :lenient)

  @doc "The same; unknown or missing keys raise."
  def struct!(struct, fields \\ [])
  def struct!(module, fields) when :erlang.is_atom(module), do: module.__struct__(fields)
  def struct!(%_{} = struct, []), do: struct
  def struct!(%_{} = struct, fields), do: Kernel.Utils.put_fields(struct, fields, :strict)

  @doc "Defines a struct with the given fields."
  defmacro defstruct(fields) do
    quote bind_quoted: [fields: fields] do
      Kernel.Utils.announce_struct(__MODULE__, fields, __ENV__)

      def __struct__(), do: @__struct__

      case Module.get_attribute(__MODULE__, :__enforce__) do
        [] ->
          def __struct__(kv), do: Kernel.Utils.build_struct(@__struct__, kv)

        _ ->
          def __struct__(kv), do: Kernel.Utils.build_struct(@__struct__, kv, @__enforce__, __MODULE__)
      end

      Kernel.Utils.derive(__MODULE__, __ENV__)
      @__struct__
    end
  end

  @doc "Defines an exception: a struct with `:__exception__`, and `exception/1` and `message/1`."
  defmacro defexception(fields) do
    quote bind_quoted: [fields: fields] do
      @behaviour Exception
      struct = defstruct([{:__exception__, true} | Kernel.Utils.exception_fields(fields)])

      if Map.has_key?(struct, :message) do
        @impl true
        def message(exception), do: exception.message
        defoverridable message: 1

        @impl true
        def exception(message) when is_binary(message), do: Kernel.struct!(__MODULE__, message: message)
        def exception(args) when is_list(args), do: Kernel.Utils.exception(__MODULE__, args)
      else
        @impl true
        def exception(args) when is_list(args), do: Kernel.struct!(__MODULE__, args)
      end

      defoverridable exception: 1
    end
  end

  ## Definitions

  @doc "Defines functions that call the same functions of another module."
  defmacro defdelegate(funs, opts) do
    Kernel.Utils.warn_delegate(funs, opts, __CALLER__)
    funs = Macro.escape(funs, unquote: true)
    # The target is a run-time dependency, so it is not expanded at compile time.
    opts = Kernel.Utils.expand_delegate_target(opts, __CALLER__)

    quote bind_quoted: [funs: funs, opts: opts] do
      target = Kernel.Utils.delegate_target(__MODULE__, opts)

      for {name, args, as, as_args} <- Kernel.Utils.delegates(funs, opts) do
        @doc delegate_to: {target, as, :erlang.length(as_args)}
        def unquote(name)(unquote_splicing(args)) do
          unquote(target).unquote(as)(unquote_splicing(as_args))
        end
      end
    end
  end

  @doc "Defines a macro that may be used in guards."
  defmacro defguard(guard), do: Kernel.Guards.defguard(:defmacro, guard, __CALLER__)

  @doc "Defines a private macro that may be used in guards."
  defmacro defguardp(guard), do: Kernel.Guards.defguard(:defmacrop, guard, __CALLER__)

  @doc "Lets the functions be defined again; `super` calls the earlier definition."
  defmacro defoverridable(keywords_or_behaviour) do
    quote do
      Module.make_overridable(__MODULE__, unquote(keywords_or_behaviour))
    end
  end

  @doc "Requires the module and calls its `__using__/1`."
  defmacro use(module, opts \\ []) do
    calls =
      case Kernel.Utils.expand_use(module, __CALLER__) do
        modules when :erlang.is_list(modules) -> modules
        one -> [one]
      end

    quote do
      (unquote_splicing(use_each(calls, opts)))
    end
  end

  defp use_each([], _opts), do: []

  defp use_each([module | rest], opts) do
    [
      quote do
        require unquote(module)
        unquote(module).__using__(unquote(opts))
      end
      | use_each(rest, opts)
    ]
  end

  @doc "Defines a protocol."
  defmacro defprotocol(name, do_block)
  defmacro defprotocol(name, do: block), do: Protocol.__protocol__(name, block)

  @doc "Implements a protocol for a type, or for the types in a list."
  defmacro defimpl(name, opts, do_block \\ []) do
    Protocol.__impl__(name, opts, do_block, __CALLER__)
  end

  ## Errors

  @doc "Raises a `RuntimeError` with the message, or the exception."
  defmacro raise(message) do
    case message do
      text when :erlang.is_binary(text) ->
        quote(do: :erlang.error(RuntimeError.exception(unquote(text))))

      {:<<>>, _, _} = interpolated ->
        quote(do: :erlang.error(RuntimeError.exception(unquote(interpolated))))

      alias when :erlang.is_atom(alias) ->
        quote(do: :erlang.error(unquote(alias).exception([])))

      _ ->
        quote(do: :erlang.error(Kernel.Utils.raise(unquote(message))))
    end
  end

  @doc "Raises the exception that the module builds from the attributes."
  defmacro raise(exception, attributes) do
    quote(do: :erlang.error(unquote(exception).exception(unquote(attributes))))
  end

  @doc "Raises again, with the stack trace of the first time."
  defmacro reraise(message, stacktrace) do
    case message do
      text when :erlang.is_binary(text) ->
        quote(do: :erlang.raise(:error, RuntimeError.exception(unquote(text)), unquote(stacktrace)))

      {:<<>>, _, _} = interpolated ->
        quote(do: :erlang.raise(:error, RuntimeError.exception(unquote(interpolated)), unquote(stacktrace)))

      alias when :erlang.is_atom(alias) ->
        quote(do: :erlang.raise(:error, unquote(alias).exception([]), unquote(stacktrace)))

      _ ->
        quote(do: :erlang.raise(:error, Kernel.Utils.raise(unquote(message)), unquote(stacktrace)))
    end
  end

  @doc "Raises the exception built from the attributes, with an earlier stack trace."
  defmacro reraise(exception, attributes, stacktrace) do
    quote(do: :erlang.raise(:error, unquote(exception).exception(unquote(attributes)), unquote(stacktrace)))
  end

  ## Variables and aliases

  @doc "A variable of the caller, out of hygiene's reach."
  defmacro var!(var, context \\ nil)

  defmacro var!({name, meta, atom}, context) when :erlang.andalso(:erlang.is_atom(name), :erlang.is_atom(atom)) do
    context =
      case context do
        nil -> nil
        _ -> Macro.expand(context, __CALLER__)
      end

    {name, :lists.keystore(:if_undefined, 1, Kernel.Utils.drop_counter(meta), {:if_undefined, :raise}), context}
  end

  defmacro var!(other, _context) do
    :erlang.error(ArgumentError.exception(join(["expected a variable to be given to var!, got: ", Macro.to_string(other)])))
  end

  @doc "An alias as it is, without hygiene."
  defmacro alias!(alias) when :erlang.is_atom(alias), do: alias
  defmacro alias!({:__aliases__, meta, args}), do: {:__aliases__, :lists.keydelete(:alias, 1, meta), args}

  @doc "The variables with their values, as a keyword list."
  defmacro binding(context \\ nil) do
    vars = Kernel.Utils.variables(__CALLER__, context)
    :lists.map(fn {name, _} = pair -> {name, {name, [generated: true], :erlang.element(2, pair)}} end, vars)
  end

  @doc "Whether the module has the macro."
  def macro_exported?(module, macro, arity)
      when :erlang.andalso(
             :erlang.andalso(:erlang.is_atom(module), :erlang.is_atom(macro)),
             :erlang.is_integer(arity)
           ) do
    case :erlang.function_exported(module, :__info__, 1) do
      true -> :lists.member({macro, arity}, module.__info__(:macros))
      false -> false
    end
  end

  @doc "Shows the code and its value, and gives the value."
  defmacro dbg(code \\ quote(do: binding()), options \\ []) do
    Macro.dbg(code, options, __CALLER__)
  end

  @doc "Milliseconds of a duration given as a keyword list, an integer or `:infinity`."
  def to_timeout(duration), do: Kernel.Utils.to_timeout(duration)

  ## Sigils

  @doc "A string, with interpolation and escapes."
  defmacro sigil_s(term, modifiers)
  defmacro sigil_s({:<<>>, _, [text]}, []) when :erlang.is_binary(text), do: Macro.unescape_string(text)

  defmacro sigil_s({:<<>>, line, pieces}, []),
    do: {:<<>>, line, Kernel.Text.unescape_pieces(pieces)}

  @doc "A string as it is written."
  defmacro sigil_S(term, modifiers)
  defmacro sigil_S({:<<>>, _, [text]}, []) when :erlang.is_binary(text), do: text

  @doc "A charlist, with interpolation and escapes."
  defmacro sigil_c(term, modifiers)

  defmacro sigil_c({:<<>>, _, [text]}, []) when :erlang.is_binary(text),
    do: :unicode.characters_to_list(Macro.unescape_string(text))

  defmacro sigil_c({:<<>>, meta, pieces}, []) do
    quote(do: :unicode.characters_to_list(unquote({:<<>>, meta, Kernel.Text.unescape_pieces(pieces)})))
  end

  @doc "A charlist as it is written."
  defmacro sigil_C(term, modifiers)
  defmacro sigil_C({:<<>>, _, [text]}, []) when :erlang.is_binary(text), do: :unicode.characters_to_list(text)

  @doc "A regular expression. PCRE resolves the escapes itself."
  defmacro sigil_r(term, modifiers)

  defmacro sigil_r({:<<>>, _, [text]}, modifiers) when :erlang.is_binary(text) do
    Macro.escape(Regex.compile!(text, :erlang.list_to_binary(modifiers)))
  end

  defmacro sigil_r({:<<>>, meta, pieces}, modifiers) do
    quote(do: Regex.compile!(unquote({:<<>>, meta, pieces}), unquote(:erlang.list_to_binary(modifiers))))
  end

  @doc "A regular expression as it is written."
  defmacro sigil_R(term, modifiers)

  defmacro sigil_R({:<<>>, _, [text]}, modifiers) when :erlang.is_binary(text) do
    Macro.escape(Regex.compile!(text, :erlang.list_to_binary(modifiers)))
  end

  @doc "A list of words; modifiers: `s` strings, `a` atoms, `c` charlists."
  defmacro sigil_w(term, modifiers)

  defmacro sigil_w({:<<>>, _, [text]}, modifiers) when :erlang.is_binary(text),
    do: Kernel.Text.words(Macro.unescape_string(text), modifiers, __CALLER__)

  defmacro sigil_w({:<<>>, meta, pieces}, modifiers),
    do: Kernel.Text.words({:<<>>, meta, Kernel.Text.unescape_pieces(pieces)}, modifiers, __CALLER__)

  @doc "A list of words as they are written."
  defmacro sigil_W(term, modifiers)

  defmacro sigil_W({:<<>>, _, [text]}, modifiers) when :erlang.is_binary(text),
    do: Kernel.Text.words(text, modifiers, __CALLER__)

  @doc "A date."
  defmacro sigil_D(text, modifiers)

  defmacro sigil_D({:<<>>, _, [text]}, []) when :erlang.is_binary(text),
    do: Macro.escape(Kernel.Text.calendar_sigil(:date, text))

  @doc "A time."
  defmacro sigil_T(text, modifiers)

  defmacro sigil_T({:<<>>, _, [text]}, []) when :erlang.is_binary(text),
    do: Macro.escape(Kernel.Text.calendar_sigil(:time, text))

  @doc "A date and time without a time zone."
  defmacro sigil_N(text, modifiers)

  defmacro sigil_N({:<<>>, _, [text]}, []) when :erlang.is_binary(text),
    do: Macro.escape(Kernel.Text.calendar_sigil(:naive, text))

  @doc "A date and time in UTC."
  defmacro sigil_U(text, modifiers)

  defmacro sigil_U({:<<>>, _, [text]}, []) when :erlang.is_binary(text),
    do: Macro.escape(Kernel.Text.calendar_sigil(:utc, text))
end
