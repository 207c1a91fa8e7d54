defmodule Kernel.Utils do
  @moduledoc false
  # What Kernel's macros call while they expand, and the functions that their expansions call at run time.
  # It is compiled second, so it does without the macros that call it (`in`, `<>`, `..`, sigils), and what is called while
  # the first modules are compiled does without Enum and its like.

  ## Structs

  @doc "Puts the fields into the struct; an unknown key is dropped or, strictly, raises."
  def put_fields(struct, fields, mode) do
    Enum.reduce(fields, struct, fn {key, value}, acc ->
      case acc do
        %{^key => _} when key != :__struct__ -> %{acc | key => value}
        _ when key == :__struct__ or mode == :lenient -> acc
        _ -> :erlang.error(KeyError.exception(key: key, term: acc))
      end
    end)
  end

  @doc "Checks the fields of a struct under definition and keeps its template in `@__struct__`."
  def announce_struct(module, fields, _env) do
    if Module.get_attribute(module, :__struct__) != nil do
      raise ArgumentError,
            "defstruct has already been called for #{inspect(module)}, defstruct can only be called once per module"
    end

    fields = struct_fields(fields)
    enforced = wrap(Module.get_attribute(module, :enforce_keys))
    :lists.foreach(fn key -> check_enforced(key, enforced, fields) end, enforced)
    Module.delete_attribute(module, :enforce_keys)
    Module.put_attribute(module, :__enforce__, enforced)
    Module.put_attribute(module, :__struct__, :maps.put(:__struct__, module, :maps.from_list(fields)))

    details = :lists.map(fn {key, default} -> {key, default, :lists.member(key, enforced)} end, fields)
    Module.put_attribute(module, :__fields__, details)
    :ok
  end

  defp check_enforced(key, enforced, fields) do
    if not is_atom(key), do: raise(ArgumentError, "keys given to @enforce_keys must be atoms, got: #{inspect(key)}")

    if not :lists.keymember(key, 1, fields) do
      raise ArgumentError,
            "@enforce_keys required keys (#{inspect(enforced)}) that are not defined in defstruct: #{inspect(fields)}"
    end
  end

  defp wrap(nil), do: []
  defp wrap(list) when is_list(list), do: list
  defp wrap(other), do: [other]

  defp struct_fields(fields) when is_list(fields) do
    fields = :lists.map(&struct_field/1, fields)
    check_fields(fields, [])
    fields
  end

  defp struct_fields(other), do: raise(ArgumentError, "struct fields definition must be list, got: #{inspect(other)}")

  defp struct_field({key, default}) when is_atom(key), do: {key, default}
  defp struct_field(key) when is_atom(key), do: {key, nil}
  defp struct_field(other), do: raise(ArgumentError, "struct field names must be atoms, got: #{inspect(other)}")

  defp check_fields([], _seen), do: :ok

  defp check_fields([{key, _} | rest], seen) do
    if key == :__struct__, do: raise(ArgumentError, "cannot set :__struct__ in struct definition")
    if :lists.member(key, seen), do: IO.warn("duplicate key #{inspect(key)} found in struct")
    check_fields(rest, [key | seen])
  end

  @doc "The struct with the given fields."
  def build_struct(template, kv) do
    Enum.reduce(kv, template, fn {key, value}, acc ->
      case acc do
        %{^key => _} -> %{acc | key => value}
        _ -> :erlang.error(KeyError.exception(key: key))
      end
    end)
  end

  @doc "The same; every enforced key must be among the given."
  def build_struct(template, kv, enforced, module) do
    given = Enum.to_list(kv)

    case :lists.filter(fn key -> not :lists.keymember(key, 1, given) end, enforced) do
      [] ->
        build_struct(template, given)

      missing ->
        raise ArgumentError,
              "the following keys must also be given when building struct #{inspect(module)}: #{inspect(missing)}"
    end
  end

  @doc "Derives the protocols of `@derive` for the struct."
  def derive(module, env) do
    case wrap(Module.get_attribute(module, :derive)) do
      [] -> :ok
      derived -> Protocol.__derive__(:lists.append(:lists.map(&wrap/1, :lists.reverse(derived))), module, env)
    end
  end

  ## Exceptions

  @doc "Fields given to `defexception`, without those that every exception has."
  def exception_fields(fields) when is_list(fields), do: fields
  def exception_fields(other), do: struct_fields(other)

  @doc "Builds an exception from fields; unknown ones are warned of and dropped."
  def exception(module, args) do
    struct = module.__struct__()
    known? = fn {key, _} -> :erlang.is_map_key(key, struct) end

    case :lists.partition(known?, args) do
      {_, []} ->
        Kernel.struct!(struct, args)

      {known, unknown} ->
        IO.warn(
          "the following fields are unknown when raising #{inspect(module)}: #{inspect(unknown)}. Please make sure to only give known fields when raising or redefine #{inspect(module)}.exception/1 to discard unknown fields. Future Elixir versions will raise on unknown fields given to raise/2"
        )

        Kernel.struct(struct, known)
    end
  end

  @doc "What `raise/1` raises for a value that is known only at run time."
  def raise(message) when is_binary(message), do: RuntimeError.exception(message)
  def raise(module) when is_atom(module), do: module.exception([])
  def raise(%_{__exception__: true} = exception), do: exception

  def raise(other) do
    ArgumentError.exception(
      "raise/1 and reraise/2 expect a module name, string or exception as the first argument, got: #{inspect(other)}"
    )
  end

  ## Delegation

  @doc "The target of a delegation as a run-time dependency only."
  def expand_delegate_target(opts, caller) do
    if Keyword.keyword?(opts) and Keyword.has_key?(opts, :to) do
      Keyword.update!(opts, :to, fn target ->
        Macro.expand_literals(target, %{caller | function: {:__info__, 1}})
      end)
    else
      opts
    end
  end

  @doc "The module that is delegated to."
  def delegate_target(module, opts) do
    target = Keyword.get(opts, :to) || raise ArgumentError, "expected to: to be given as argument"

    if is_list(Keyword.get(opts, :append_first)), do: :ok
    if target == module and Keyword.get(opts, :as) == nil, do: raise(ArgumentError, "defdelegate function is calling itself, which will lead to an infinite loop. You should either change the value of the :to option or specify the :as option")
    target
  end

  @doc "Name, arguments, target's name and target's arguments of every function delegated."
  def delegates(funs, opts) do
    as = Keyword.get(opts, :as)

    for fun <- List.wrap(funs) do
      if match?({:when, _, _}, fun), do: raise(ArgumentError, "guards are not allowed in defdelegate/2")

      case Macro.decompose_call(fun) do
        {name, args} ->
          {name, args, as || name, Enum.map(args, &delegate_argument/1)}

        :error ->
          raise ArgumentError, "invalid syntax in defdelegate #{Macro.to_string(fun)}"
      end
    end
  end

  defp delegate_argument({:\\, _, [argument, _default]}), do: delegate_argument(argument)
  defp delegate_argument({name, meta, context}) when is_atom(name) and is_atom(context), do: {name, meta, context}

  defp delegate_argument(other) do
    raise ArgumentError, "defdelegate/2 only accepts function parameters, got: #{Macro.to_string(other)}"
  end

  ## Guards

  @doc "The definition of a guard macro."
  def defguard(kind, guard, _caller) do
    {call, body} =
      case guard do
        {:when, _, [call, body]} -> {call, body}
        call -> {call, nil}
      end

    {name, args} =
      case Macro.decompose_call(call) do
        {name, args} when is_atom(name) -> {name, args}
        _ -> raise ArgumentError, "invalid syntax in defguard #{Macro.to_string(call)}"
      end

    case body do
      nil ->
        quote do
          unquote(kind)(unquote({name, [], args}))
        end

      _ ->
        # The body is expanded with the definition, when the macros before it are there.
        quote do
          @doc guard: true
          unquote(kind)(unquote({name, [], args})) do
            require Kernel.Utils
            Kernel.Utils.guard_body(unquote(args), unquote(body))
          end
        end
    end
  end

  @doc "The code of a guard macro's body."
  defmacro guard_body(args, body) do
    {in_guard, once} = guard_forms(args, body, __CALLER__)

    quote do
      case Macro.Env.in_guard?(__CALLER__) do
        true -> unquote(in_guard)
        false -> unquote(once)
      end
    end
  end

  # In a guard the arguments are repeated; elsewhere each one that is used is evaluated once, into a variable.
  defp guard_forms(args, body, caller) do
    vars = for {:\\, _, [var, _]} <- args, do: var
    vars = vars ++ for {var, _, context} = arg <- args, is_atom(var) and is_atom(context), do: arg
    expanded = :cordial_macro.expand_guard(body, vars, caller)

    {unquoted, used} =
      Macro.postwalk(expanded, [], fn
        {var, meta, context} = node, acc when is_atom(var) and is_atom(context) ->
          case argument(vars, var, meta, context) do
            nil -> {node, acc}
            found -> {{:unquote, [], [found]}, if(:lists.member(found, acc), do: acc, else: [found | acc])}
          end

        node, acc ->
          {node, acc}
      end)

    used = :lists.reverse(used)
    guard_quote = {:quote, [], [[do: unquoted]]}

    once =
      case used do
        [] ->
          guard_quote

        _ ->
          bound = :lists.map(fn var -> {:unquote, [], [var]} end, used)
          plain = :lists.map(fn {var, _, _} -> {var, [], __MODULE__} end, used)

          body =
            Macro.postwalk(unquoted, fn
              {:unquote, [], [{var, _, _}]} -> {var, [], __MODULE__}
              node -> node
            end)

          {:quote, [], [[do: {:__block__, [], [{:=, [], [{:{}, [], plain}, {:{}, [], bound}]}, body]}]]}
      end

    {guard_quote, once}
  end

  # The argument of the guard that a variable in its body is.
  defp argument([], _name, _meta, _context), do: nil

  defp argument([{name, meta, context} = var | rest], other, other_meta, other_context) do
    if {name, counter(meta), context} == {other, counter(other_meta), other_context},
      do: var,
      else: argument(rest, other, other_meta, other_context)
  end

  defp counter(meta), do: :lists.keyfind(:counter, 1, meta)

  ## use, var!, binding

  defp macro_expand(ast, env), do: :cordial_macro.expand(ast, env)

  @doc "The modules that `use` names, `use Foo.{Bar, Baz}` included."
  def expand_use({{:., _, [base, :{}]}, _, modules}, caller) do
    base = macro_expand(base, caller)
    Enum.map(modules, fn {:__aliases__, _, parts} -> Module.concat([base | parts]) end)
  end

  def expand_use(module, caller) do
    case macro_expand(module, caller) do
      module when is_atom(module) ->
        module

      other ->
        raise ArgumentError, "invalid arguments for use, expected a compile time atom or alias, got: #{Macro.to_string(other)}"
    end
  end

  @doc "Metadata without the mark of the macro that made it."
  def drop_counter(meta), do: :lists.keydelete(:counter, 1, meta)

  @doc "Names and contexts of the variables that a caller sees."
  def variables(%{versioned_vars: vars}, context) do
    context =
      case context do
        atom when is_atom(atom) -> atom
        _ -> nil
      end

    names = for {{name, ^context}, _version} <- vars, do: name
    for name <- Enum.sort(names), do: {name, context}
  end

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
  def range(first, last, %{context: :match}) do
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
    case macro_expand(side, caller) do
      expanded when is_integer(expanded) -> expanded
      {:-, _, [number]} when is_integer(number) -> -number
      _ -> side
    end
  end

  defp literal_side(side, caller) do
    case side do
      {:@, _, _} -> macro_expand(side, caller)
      _ -> side
    end
  end

  defp check_sides(first, last, nil) do
    if impossible?(first) or impossible?(last) do
      raise ArgumentError,
            "ranges (first..last) expect both sides to be integers, got: #{Macro.to_string({:.., [], [first, last]})}"
    end
  end

  defp check_sides(first, last, step) do
    if impossible?(first) or impossible?(last) or impossible?(step) or step == 0 do
      raise ArgumentError,
            "ranges (first..last//step) expect both sides to be integers and the step to be a non-zero integer, got: #{Macro.to_string({:"..//", [], [first, last, step]})}"
    end
  end

  defp impossible?(side), do: is_float(side) or is_atom(side) or is_binary(side) or is_list(side)

  ## Strings

  @doc "The expansion of `left <> right`."
  def concat(left, right, caller) do
    pieces = concat_pieces({:<>, [], [left, right]}, caller, caller.context == :match)
    {:<<>>, [], pieces}
  end

  defp concat_pieces({:<>, _, [left, right]}, caller, match?) do
    pieces = [concat_left(left, caller, match?) | concat_pieces(right, caller, match?)]
    flatten_nested(pieces, left, right, caller, match?)
  end

  defp concat_pieces(last, caller, match?), do: [concat_piece(last, caller, match?)]

  # `(a <> b) <> c` is allowed outside of patterns.
  defp flatten_nested([_ | rest], {:<>, _, [_, _]} = left, _right, caller, false),
    do: concat_pieces(left, caller, false) ++ rest

  defp flatten_nested(pieces, _left, _right, _caller, _match?), do: pieces

  defp concat_left(text, _caller, _match?) when is_binary(text), do: text

  defp concat_left({:^, _, [{name, _, context} = var]} = pinned, _caller, true) when is_atom(name) and is_atom(context) do
    quote(do: unquote(pinned) :: binary - size(:erlang.byte_size(unquote(var))))
  end

  defp concat_left(left, caller, true) do
    case macro_expand(left, caller) do
      text when is_binary(text) ->
        text

      {:<<>>, _, _} = bitstring ->
        quote(do: unquote(bitstring) :: binary)

      _ ->
        raise ArgumentError,
              "cannot perform prefix match because the left operand of <> has unknown size. The left operand of <> inside a match should either be a literal binary or an existing variable with the pin operator (such as ^prefix). Got: #{Macro.to_string(left)}"
    end
  end

  defp concat_left(left, caller, false), do: concat_piece(left, caller, false)

  defp concat_piece(text, _caller, _match?) when is_binary(text), do: text

  defp concat_piece(other, _caller, _match?) when is_number(other) or is_list(other) or is_atom(other) do
    raise ArgumentError, "expected binary argument in <> operator but got: #{Macro.to_string(other)}"
  end

  defp concat_piece(other, caller, match?) do
    expanded =
      case other do
        {name, _, args} when is_atom(name) and is_list(args) and name != :<<>> and name != :__block__ -> macro_expand(other, caller)
        _ -> other
      end

    case expanded do
      text when is_binary(text) -> text
      {:<<>>, _, _} = bits when match? -> {:"::", [], [bits, {:binary, [], nil}]}
      _ -> {:"::", [], [other, {:binary, [], nil}]}
    end
  end

  @doc "Bytes `first..last` of a binary."
  def slice_bytes(binary, first, last) do
    size = byte_size(binary)
    first = from_end(first, size)
    last = if last < 0, do: last + size, else: last

    cond do
      first >= size or last < first -> ""
      true -> binary_part(binary, first, min(size, last + 1) - first)
    end
  end

  @doc "Every `step`-th of the bytes `first..last`."
  def binary_slice_step(binary, first, last, step) when step > 0 do
    part = slice_bytes(binary, first, last)
    every(part, step, [])
  end

  def binary_slice_step(_binary, first, last, step) do
    raise ArgumentError, "binary_slice/2 does not accept ranges with negative steps, got: #{inspect(Range.new(first, last, step))}"
  end

  defp every("", _step, acc), do: :erlang.list_to_binary(:lists.reverse(acc))

  defp every(<<byte, _::binary>> = binary, step, acc) do
    case binary do
      <<_::binary-size(step), rest::binary>> -> every(rest, step, [byte | acc])
      _ -> every("", step, [byte | acc])
    end
  end

  @doc "At most `count` bytes from `start`."
  def binary_slice_size(_binary, _start, 0), do: ""

  def binary_slice_size(binary, start, count) do
    size = byte_size(binary)
    start = from_end(start, size)
    if start >= size, do: "", else: binary_part(binary, start, min(size - start, count))
  end

  defp from_end(position, size) when position < 0, do: max(position + size, 0)
  defp from_end(position, _size), do: position

  ## Nested paths

  @doc "The base and the keys of a path such as `a.b[c].d`."
  def unnest(path, caller) do
    case unnest_keys(path, []) do
      {_base, []} ->
        raise ArgumentError,
              "cannot use #{caller} because the path is not a nested one: expected accesses such as data.key or data[key], got: #{Macro.to_string(path)}"

      nested ->
        nested
    end
  end

  defp unnest_keys({{:., _, [Access, :get]}, _, [expression, key]}, keys), do: unnest_keys(expression, [{:access, key} | keys])

  defp unnest_keys({{:., _, [expression, field]}, _, []}, keys) when is_tuple(expression) and is_atom(field) do
    case expression do
      {:__aliases__, _, _} -> {{{:., [], [expression, field]}, [], []}, keys}
      {:__MODULE__, _, context} when is_atom(context) -> {{{:., [], [expression, field]}, [], []}, keys}
      _ -> unnest_keys(expression, [{:map, field} | keys])
    end
  end

  defp unnest_keys(base, keys), do: {base, keys}

  @doc "Code that reads a path, `nil` where it ends early."
  def nest_get(data, []), do: data

  def nest_get(data, [{:access, key} | rest]),
    do: nest_get(quote(do: Access.get(unquote(data), unquote(key))), rest)

  def nest_get(data, [{:map, field} | rest]) do
    quote generated: true do
      case unquote(data) do
        %{unquote(field) => x} -> unquote(nest_get(quote(do: x), rest))
        nil -> nil
        x -> :erlang.error({:badkey, unquote(field), x})
      end
    end
  end

  @doc "Code that updates a path with a function."
  def nest_update(data, keys, fun) do
    if Enum.all?(keys, fn {kind, _} -> kind == :map end) do
      nest_map_update(data, keys, fun)
    else
      reading = quote(do: fn x -> {nil, unquote(fun).(x)} end)

      reading =
        case fun do
          {:fn, _, [{:->, _, [[{:_, _, _}], value]}]} -> quote(do: fn _ -> {nil, unquote(value)} end)
          _ -> reading
        end

      quote(do: :erlang.element(2, unquote(nest_get_and_update(data, keys, reading))))
    end
  end

  defp nest_map_update(data, [{:map, key}], fun), do: quote(do: Map.update!(unquote(data), unquote(key), unquote(fun)))

  defp nest_map_update(data, [{:map, key} | rest], fun) do
    quote(do: Map.update!(unquote(data), unquote(key), fn x -> unquote(nest_map_update(quote(do: x), rest, fun)) end))
  end

  @doc "Code that reads and updates a path."
  def nest_get_and_update(data, [{kind, key}], fun), do: one_get_and_update(kind, data, key, fun)

  def nest_get_and_update(data, [{kind, key} | rest], fun) do
    inner = quote(do: fn x -> unquote(nest_get_and_update(quote(do: x), rest, fun)) end)
    one_get_and_update(kind, data, key, inner)
  end

  defp one_get_and_update(:access, data, key, fun),
    do: quote(do: Access.get_and_update(unquote(data), unquote(key), unquote(fun)))

  defp one_get_and_update(:map, data, key, fun),
    do: quote(do: Map.get_and_update!(unquote(data), unquote(key), unquote(fun)))

  @doc "Code that takes a path out."
  def nest_pop(data, keys) do
    case List.last(keys) do
      {:map, _} -> raise ArgumentError, "cannot use pop_in when the last segment is a field"
      _ -> nest_pop_keys(data, keys)
    end
  end

  defp nest_pop_keys(data, [{:access, key}]), do: quote(do: Access.pop(unquote(data), unquote(key)))

  defp nest_pop_keys(data, [{kind, key} | rest]) do
    inner =
      quote generated: true do
        fn x ->
          case x do
            nil -> {nil, nil}
            h -> unquote(nest_pop_keys(quote(do: h), rest))
          end
        end
      end

    one_get_and_update(kind, data, key, inner)
  end

  ## destructure, timeouts

  @doc "A list of exactly `count` items: filled up with `nil`, or cut off."
  def destructure(list, count) when is_list(list) and is_integer(count) and count >= 0, do: fill(list, count)
  def destructure(nil, count) when is_integer(count) and count >= 0, do: fill([], count)

  defp fill(_list, 0), do: []
  defp fill([], count), do: [nil | fill([], count - 1)]
  defp fill([head | tail], count), do: [head | fill(tail, count - 1)]

  defmacrop is_unit(unit) do
    quote do
      unquote(unit) == :week or unquote(unit) == :day or unquote(unit) == :hour or unquote(unit) == :minute or
        unquote(unit) == :second or unquote(unit) == :millisecond
    end
  end

  @doc "Milliseconds."
  def to_timeout(:infinity), do: :infinity
  def to_timeout(timeout) when is_integer(timeout) and timeout >= 0, do: timeout

  def to_timeout(%{__struct__: Duration} = duration) do
    if duration.year != 0, do: raise(ArgumentError, "duration with a non-zero year cannot be reliably converted to timeouts")
    if duration.month != 0, do: raise(ArgumentError, "duration with a non-zero month cannot be reliably converted to timeouts")
    {microseconds, _precision} = duration.microsecond

    milliseconds(:week, duration.week) + milliseconds(:day, duration.day) + milliseconds(:hour, duration.hour) +
      milliseconds(:minute, duration.minute) + milliseconds(:second, duration.second) + div(microseconds, 1000)
  end

  def to_timeout(components) when is_list(components) do
    {sum, _seen} = Enum.reduce(components, {0, []}, fn
      {unit, value}, {sum, seen} when is_unit(unit) and is_integer(value) and value >= 0 ->
        if :lists.member(unit, seen), do: raise(ArgumentError, "timeout component #{inspect(unit)} is duplicated")
        {sum + milliseconds(unit, value), [unit | seen]}

      {unit, value}, _ when is_unit(unit) ->
        raise ArgumentError, "timeout component #{inspect(unit)} must be a non-negative integer, got: #{inspect(value)}"

      {unit, _value}, _ ->
        raise ArgumentError,
              "timeout component #{inspect(unit)} is not a valid timeout component, valid values are: :week, :day, :hour, :minute, :second, :millisecond"
    end)

    sum
  end

  defp milliseconds(:week, n), do: n * 604_800_000
  defp milliseconds(:day, n), do: n * 86_400_000
  defp milliseconds(:hour, n), do: n * 3_600_000
  defp milliseconds(:minute, n), do: n * 60_000
  defp milliseconds(:second, n), do: n * 1000
  defp milliseconds(:millisecond, n), do: n

  ## Sigils

  @doc "The pieces of an interpolated text with their escapes resolved."
  def unescape_pieces(pieces), do: :lists.map(&if(is_binary(&1), do: Macro.unescape_string(&1), else: &1), pieces)

  @doc "The words of a text as strings, atoms or charlists."
  def words(text, [], caller), do: words(text, [?s], caller)

  def words(text, [modifier], _caller) when modifier == ?s or modifier == ?a or modifier == ?c do
    case is_binary(text) do
      true ->
        parts = String.split(text)

        case modifier do
          ?s -> parts
          ?a -> Enum.map(parts, &String.to_atom/1)
          ?c -> Enum.map(parts, &String.to_charlist/1)
        end

      false ->
        parts = quote(do: String.split(unquote(text)))

        case modifier do
          ?s -> parts
          ?a -> quote(do: Enum.map(unquote(parts), &String.to_atom/1))
          ?c -> quote(do: Enum.map(unquote(parts), &String.to_charlist/1))
        end
    end
  end

  def words(_text, _modifiers, _caller),
    do: raise(ArgumentError, "modifier must be one of: s, a, c")

  @doc "The value of `~D`, `~T`, `~N`, `~U`, in the calendar named after the text."
  def calendar_sigil(kind, text) do
    {text, calendar} = split_calendar(text)

    {answer, name} =
      case kind do
        :date -> {parse_date(text, calendar), "Date"}
        :time -> {parse_time(text, calendar), "Time"}
        :naive -> {parse_naive(text, calendar), "NaiveDateTime"}
        :utc -> {parse_utc(text, calendar), "UTC DateTime"}
      end

    case answer do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(text)} as #{name} for #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  defp split_calendar(text) do
    case :binary.split(text, " ", [:global]) do
      [_] -> {text, Calendar.ISO}
      parts -> calendar_name(text, parts)
    end
  end

  defp calendar_name(text, parts) do
    case List.last(parts) do
      <<letter, _::binary>> = name when letter >= ?A and letter <= ?Z ->
        {binary_part(text, 0, byte_size(text) - byte_size(name) - 1), Module.concat([name])}

      _ ->
        {text, Calendar.ISO}
    end
  end

  defp parse_date(text, calendar) do
    with {:ok, {year, month, day}} <- calendar.parse_date(text), do: {:ok, %{__struct__: Date, calendar: calendar, year: year, month: month, day: day}}
  end

  defp parse_time(text, calendar) do
    with {:ok, {hour, minute, second, microsecond}} <- calendar.parse_time(text) do
      {:ok, %{__struct__: Time, calendar: calendar, hour: hour, minute: minute, second: second, microsecond: microsecond}}
    end
  end

  defp parse_naive(text, calendar) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}} <- calendar.parse_naive_datetime(text) do
      {:ok,
       %{__struct__: NaiveDateTime, calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond}}
    end
  end

  defp parse_utc(text, calendar) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}, offset} <- calendar.parse_utc_datetime(text) do
      if offset == 0 do
        {:ok,
         %{__struct__: DateTime, calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond, std_offset: 0, utc_offset: 0, zone_abbr: "UTC", time_zone: "Etc/UTC"}}
      else
        {:error, :non_utc_offset}
      end
    end
  end
end
