defmodule Record do
  @moduledoc """
  Tuples with a tag and named fields.
  """

  @doc "Defines macros that build, read and update a record."
  defmacro defrecord(name, tag \\ nil, kv), do: define(:defmacro, name, tag, kv)

  @doc "The same, private."
  defmacro defrecordp(name, tag \\ nil, kv), do: define(:defmacrop, name, tag, kv)

  defp define(kind, name, tag, kv) do
    quote bind_quoted: [kind: kind, name: name, tag: tag, kv: kv] do
      tag = tag || name
      fields = Record.__fields__(:defrecord, kv)
      # The type `record(:name, …)` asks for it.
      Module.register_attribute(__MODULE__, :__records__, accumulate: true)
      Module.put_attribute(__MODULE__, :__records__, {name, tag, for({field, _default} <- fields, do: field)})

      case kind do
        :defmacro ->
          defmacro unquote(name)(args \\ []), do: Record.__access__(unquote(tag), unquote(fields), args, __CALLER__)

          defmacro unquote(name)(record, args),
            do: Record.__access__(unquote(tag), unquote(fields), record, args, __CALLER__)

        :defmacrop ->
          defmacrop unquote(name)(args \\ []), do: Record.__access__(unquote(tag), unquote(fields), args, __CALLER__)

          defmacrop unquote(name)(record, args),
            do: Record.__access__(unquote(tag), unquote(fields), record, args, __CALLER__)
      end
    end
  end

  @doc "Whether the value is a record of this kind."
  defmacro is_record(data, kind) do
    if Macro.Env.in_guard?(__CALLER__) do
      quote do
        is_atom(unquote(kind)) and is_tuple(unquote(data)) and tuple_size(unquote(data)) > 0 and
          elem(unquote(data), 0) == unquote(kind)
      end
    else
      quote do
        value = unquote(data)
        kind = unquote(kind)
        is_atom(kind) and is_tuple(value) and tuple_size(value) > 0 and elem(value, 0) == kind
      end
    end
  end

  @doc "Whether the value is a record."
  defmacro is_record(data) do
    if Macro.Env.in_guard?(__CALLER__) do
      quote do
        is_tuple(unquote(data)) and tuple_size(unquote(data)) > 0 and is_atom(elem(unquote(data), 0))
      end
    else
      quote do
        value = unquote(data)
        is_tuple(value) and tuple_size(value) > 0 and is_atom(elem(value, 0))
      end
    end
  end

  @doc "Fields of a record in an Erlang header file: such files are not read by Cordial."
  def extract(name, _opts) do
    raise ArgumentError, "cannot extract record #{inspect(name)}: Erlang header files are not supported by Cordial"
  end

  @doc "All records of an Erlang header file: such files are not read by Cordial."
  def extract_all(_opts), do: raise(ArgumentError, "cannot extract records: Erlang header files are not supported by Cordial")

  @doc false
  def __fields__(type, fields) when is_list(fields) do
    Enum.map(fields, fn
      {key, value} when is_atom(key) -> {key, Macro.escape(value)}
      key when is_atom(key) -> {key, nil}
      other -> raise ArgumentError, "#{type} fields must be atoms, got: #{inspect(other)}"
    end)
  end

  @doc false
  def __access__(tag, fields, args, caller) do
    cond do
      is_atom(args) -> index(tag, fields, args)
      Keyword.keyword?(args) -> create(tag, fields, args, caller)
      true -> quote(do: Record.__keyword__(unquote(tag), unquote(fields), unquote(args)))
    end
  end

  @doc false
  def __access__(tag, fields, record, args, caller) do
    cond do
      is_atom(args) ->
        quote(do: :erlang.element(unquote(index(tag, fields, args) + 1), unquote(record)))

      Keyword.keyword?(args) ->
        update(tag, fields, record, args, caller)

      true ->
        raise ArgumentError,
              "expected arguments to be a compile time atom or a keyword list, got: #{Macro.to_string(args)}"
    end
  end

  defp index(tag, fields, field) do
    case Enum.find_index(fields, fn {key, _} -> key == field end) do
      nil -> raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(field)}"
      index -> index + 1
    end
  end

  defp create(tag, fields, given, caller) do
    in_match? = Macro.Env.in_match?(caller)
    {match_default, given} = Keyword.pop(given, :_)
    check_keys(tag, fields, given)

    values =
      for {key, default} <- fields do
        case Keyword.fetch(given, key) do
          {:ok, value} -> value
          :error when match_default != nil -> match_default
          :error when in_match? -> {:_, [], nil}
          :error -> Macro.escape(default)
        end
      end

    {:{}, [], [tag | values]}
  end

  defp update(tag, fields, record, given, caller) do
    if Macro.Env.in_match?(caller) do
      raise ArgumentError, "cannot invoke update style macro inside match"
    end

    check_keys(tag, fields, given)

    Enum.reduce(given, record, fn {key, value}, acc ->
      quote(do: :erlang.setelement(unquote(index(tag, fields, key) + 1), unquote(acc), unquote(value)))
    end)
  end

  defp check_keys(tag, fields, given) do
    for {key, _} <- given, not Keyword.has_key?(fields, key) do
      raise ArgumentError, "record #{inspect(tag)} does not have the key: #{inspect(key)}"
    end
  end

  @doc false
  def __keyword__(tag, fields, record) when is_tuple(record) do
    case Tuple.to_list(record) do
      [^tag | values] when length(values) == length(fields) ->
        Enum.zip(Keyword.keys(fields), values)

      [^tag | values] ->
        raise ArgumentError,
              "expected argument to be a #{inspect(tag)} record with #{length(fields)} fields, got: #{inspect(List.to_tuple([tag | values]))}"

      _ ->
        raise ArgumentError,
              "expected argument to be a literal atom, literal keyword or a #{inspect(tag)} record, got runtime: #{inspect(record)}"
    end
  end

  def __keyword__(tag, _fields, other) do
    raise ArgumentError,
          "expected argument to be a literal atom, literal keyword or a #{inspect(tag)} record, got runtime: #{inspect(other)}"
  end
end
