defmodule Kernel.Utils do
  @moduledoc false
  # What Kernel's macros call while they expand, and functions that their expansions call at run time; more by topic in kernel/.
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

  @doc "Warns of ways to delegate that are no more."
  def warn_delegate(funs, opts, caller) do
    if is_list(funs), do: IO.warn("passing a list to Kernel.defdelegate/2 is deprecated, please define each delegate separately", caller)

    if Keyword.keyword?(opts) and Keyword.has_key?(opts, :append_first) do
      IO.warn("Kernel.defdelegate/2 :append_first option is deprecated", caller)
    end

    :ok
  end

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
end
