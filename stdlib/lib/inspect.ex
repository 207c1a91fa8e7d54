defprotocol Inspect do
  @moduledoc """
  Turns a term into an algebra document for people to read.

  `@derive {Inspect, only: …}`, `except: …` and `optional: …` choose the fields of a struct.
  """

  @fallback_to_any true

  @doc "The document of `term`."
  @spec inspect(t, Inspect.Opts.t()) :: Inspect.Algebra.t()
  def inspect(term, opts)

  @doc false
  defmacro __deriving__(module, options), do: Inspect.Derived.implementation(module, options, __CALLER__)
end

defimpl Inspect, for: Atom do
  require Macro
  import Inspect.Algebra

  def inspect(atom, opts), do: color_doc(Macro.inspect_atom(:literal, atom), color_key(atom), opts)

  defp color_key(atom) when is_boolean(atom), do: :boolean
  defp color_key(nil), do: :nil
  defp color_key(_), do: :atom
end

defimpl Inspect, for: BitString do
  import Inspect.Algebra

  def inspect(term, opts) when is_binary(term) do
    %Inspect.Opts{binaries: bins, base: base, printable_limit: printable_limit} = opts

    if base == :decimal and (bins == :as_strings or (bins == :infer and String.printable?(term, printable_limit))) do
      inspected =
        case Inspect.Text.escape(term, ?", printable_limit) do
          {escaped, ""} -> [?", escaped, ?"]
          {escaped, _} -> [?", escaped, ?", " <> ..."]
        end

      color_doc(IO.iodata_to_binary(inspected), :string, opts)
    else
      inspect_bitstring(term, opts)
    end
  end

  def inspect(term, opts), do: inspect_bitstring(term, opts)

  defp inspect_bitstring("", opts), do: color_doc("<<>>", :binary, opts)

  defp inspect_bitstring(bitstring, opts) do
    left = color_doc("<<", :binary, opts)
    right = color_doc(">>", :binary, opts)
    container_doc(left, segments(bitstring, opts.limit), right, opts, &segment/2, break: :flex, nest: 2)
  end

  # One more than the limit, so that the container sees that there is more.
  defp segments(_bits, -1), do: []
  defp segments(<<byte, rest::bitstring>>, limit), do: [byte | segments(rest, less(limit))]
  defp segments(<<>>, _limit), do: []

  defp segments(bits, _limit) do
    size = bit_size(bits)
    <<value::size(size)>> = bits
    [{value, size}]
  end

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  defp segment({value, size}, opts) do
    concat(Inspect.Integer.inspect(value, opts), "::size(" <> Integer.to_string(size) <> ")")
  end

  defp segment(byte, opts), do: Inspect.Integer.inspect(byte, opts)
end

defimpl Inspect, for: List do
  require Macro
  import Inspect.Algebra

  def inspect([], opts), do: color_doc("[]", :list, opts)

  def inspect(term, opts) do
    %Inspect.Opts{charlists: lists, char_lists: lists_deprecated, printable_limit: printable_limit} = opts
    lists = if lists == :infer and lists_deprecated != :infer, do: :as_lists, else: lists
    open = color_doc("[", :list, opts)
    close = color_doc("]", :list, opts)
    separator = color_doc(",", :list, opts)

    cond do
      lists == :as_charlists or (lists == :infer and List.ascii_printable?(term, printable_limit)) ->
        inspected =
          case Inspect.Text.escape(IO.chardata_to_string(term), ?", printable_limit) do
            {escaped, ""} -> ["~c\"", escaped, ?"]
            {escaped, _} -> ["~c\"", escaped, ?", " ++ ..."]
          end

        color_doc(IO.iodata_to_binary(inspected), :charlist, opts)

      keyword?(term) ->
        container_doc(open, term, close, opts, &keyword/2, separator: separator, break: :strict)

      true ->
        container_doc(open, term, close, opts, &to_doc/2, separator: separator)
    end
  end

  @doc false
  def keyword({key, value}, opts) do
    key = color_doc(Macro.inspect_atom(:key, key), :atom, opts)
    concat(key, concat(" ", to_doc(value, opts)))
  end

  @doc false
  def keyword?([{key, _value} | rest]) when is_atom(key) do
    case Atom.to_charlist(key) do
      ~c"Elixir." ++ _ -> false
      _ -> keyword?(rest)
    end
  end

  def keyword?([]), do: true
  def keyword?(_other), do: false
end

defimpl Inspect, for: Tuple do
  import Inspect.Algebra

  def inspect(tuple, opts) do
    open = color_doc("{", :tuple, opts)
    close = color_doc("}", :tuple, opts)
    separator = color_doc(",", :tuple, opts)
    container_doc(open, Tuple.to_list(tuple), close, opts, &to_doc/2, separator: separator, break: :flex)
  end
end

defimpl Inspect, for: Map do
  require Macro
  import Inspect.Algebra

  def inspect(map, opts), do: inspect_as_map(map, opts)

  @doc false
  def inspect_as_map(map, opts) do
    list =
      if Keyword.get(opts.custom_options, :sort_maps),
        do: map |> :maps.to_list() |> :lists.sort(),
        else: :maps.to_list(map)

    fun = if Inspect.List.keyword?(list), do: &Inspect.List.keyword/2, else: pair_fun(opts)
    container(list, "", opts, fun)
  end

  # A struct, with its name and the fields to show.
  def inspect(map, name, infos, opts) do
    shown = for %{field: field} <- infos, do: {field, Map.get(map, field)}
    container(shown, name, opts, &Inspect.List.keyword/2)
  end

  defp pair_fun(opts) do
    arrow = color_doc(" => ", :map, opts)
    fn {key, value}, opts -> concat(concat(to_doc(key, opts), arrow), to_doc(value, opts)) end
  end

  defp container(items, name, opts, fun) do
    open = color_doc("%" <> name <> "{", :map, opts)
    separator = color_doc(",", :map, opts)
    close = color_doc("}", :map, opts)
    container_doc(open, items, close, opts, fun, separator: separator, break: :strict)
  end
end

defimpl Inspect, for: Integer do
  import Inspect.Algebra

  def inspect(term, %Inspect.Opts{base: base} = opts) do
    color_doc(with_base(term, base), :number, opts)
  end

  defp with_base(term, :decimal), do: Integer.to_string(term)
  defp with_base(term, base) when term < 0, do: "-" <> prefix(base) <> Integer.to_string(-term, base_value(base))
  defp with_base(term, base), do: prefix(base) <> Integer.to_string(term, base_value(base))

  defp base_value(:binary), do: 2
  defp base_value(:octal), do: 8
  defp base_value(:hex), do: 16

  defp prefix(:binary), do: "0b"
  defp prefix(:octal), do: "0o"
  defp prefix(:hex), do: "0x"
end

defimpl Inspect, for: Float do
  import Inspect.Algebra

  def inspect(float, opts), do: color_doc(text(float), :number, opts)

  # Whole floats keep all their digits up to 10^16.
  defp text(float) when abs(float) >= 1.0 and abs(float) < 1.0e16 do
    whole = trunc(float)
    if whole == float, do: Integer.to_string(whole) <> ".0", else: Float.to_string(float)
  end

  defp text(float), do: Float.to_string(float)
end

defimpl Inspect, for: Function do
  require Macro

  def inspect(function, _opts) do
    [module, name, arity, type, env] = for item <- [:module, :name, :arity, :type, :env], do: info(function, item)

    cond do
      type == :external and env == [] ->
        "&#{Macro.inspect_atom(:literal, module)}.#{Macro.inspect_atom(:remote_call, name)}/#{arity}"

      path = script(module) ->
        "#Function<#{uniq(function)} in file:#{path}>"

      true ->
        "#Function<#{uniq(function)}/#{arity} in #{Macro.inspect_atom(:literal, module)}#{outer(name)}>"
    end
  end

  defp info(function, item) do
    {_, value} = Function.info(function, item)
    value
  end

  # Funs of a script are told by its file.
  defp script(module) do
    with ~c"elixir_compiler_" ++ _ <- Atom.to_charlist(module),
         true <- :erlang.module_loaded(module),
         {:source, path} <- List.keyfind(module.module_info(:compile), :source, 0) do
      path |> List.to_string() |> Path.relative_to_cwd()
    else
      _ -> nil
    end
  end

  # A fun in f/1 is named -f/1-fun-0-.
  defp outer(name) when is_atom(name) do
    case name |> Atom.to_string() |> String.split("-") do
      ["", outer | _] when outer != "" -> "." <> outer_name(outer)
      _ -> "." <> Macro.inspect_atom(:remote_call, name)
    end
  end

  defp outer(_name), do: ""

  defp outer_name(outer) do
    case String.split(outer, "/") do
      [name, arity] -> Macro.inspect_atom(:remote_call, String.to_atom(name)) <> "/" <> arity
      _ -> outer
    end
  end

  defp uniq(function), do: "#{info(function, :new_index)}.#{info(function, :uniq)}"
end

defimpl Inspect, for: PID do
  def inspect(pid, _opts), do: "#PID" <> IO.iodata_to_binary(:erlang.pid_to_list(pid))
end

defimpl Inspect, for: Port do
  def inspect(port, _opts), do: IO.iodata_to_binary(:erlang.port_to_list(port))
end

defimpl Inspect, for: Reference do
  def inspect(ref, _opts) do
    ~c"#Ref" ++ rest = :erlang.ref_to_list(ref)
    "#Reference" <> IO.iodata_to_binary(rest)
  end
end

defimpl Inspect, for: Any do
  def inspect(%module{} = struct, opts) do
    case Inspect.Derived.infos(module, struct) do
      {:ok, infos} -> Inspect.Map.inspect(struct, Macro.inspect_atom(:literal, module), infos, opts)
      :error -> Inspect.Map.inspect_as_map(struct, opts)
    end
  end

  # A struct some of whose fields are hidden.
  def inspect(map, name, infos, opts) do
    open = Inspect.Algebra.color_doc("#" <> name <> "<", :map, opts)
    separator = Inspect.Algebra.color_doc(",", :map, opts)
    close = Inspect.Algebra.color_doc(">", :map, opts)

    fun = fn
      %{field: field}, opts -> Inspect.List.keyword({field, Map.get(map, field)}, opts)
      :..., _opts -> "..."
    end

    Inspect.Algebra.container_doc(open, infos ++ [:...], close, opts, fun, separator: separator, break: :strict)
  end
end

defmodule Inspect.Derived do
  @moduledoc false
  # Which fields of a struct are shown.

  @doc "What `@derive` puts in place of the default."
  def implementation(module, options, env) do
    infos = Macro.struct_info!(module, env)
    fields = for %{field: field} <- infos, field != :__exception__, do: field
    only = Keyword.get(options, :only, fields)
    except = Keyword.get(options, :except, [])
    optional = Keyword.get(options, :optional, [])

    :ok = validate(:only, only, fields, module)
    :ok = validate(:except, except, fields, module)
    :ok = validate(:optional, optional, fields, module)

    inspect_module = if fields -- only == [] and except == [], do: Inspect.Map, else: Inspect.Any
    filtered = fields |> Enum.reject(&(&1 in except)) |> Enum.filter(&(&1 in only))

    shown = for %{field: field} = info <- infos, field in filtered, do: info
    optional_defaults = for %{field: field} = info <- infos, field in optional, do: {field, Map.get(info, :default)}

    quote do
      defimpl Inspect, for: unquote(module) do
        def inspect(struct, opts) do
          infos =
            Inspect.Derived.shown(
              unquote(Macro.escape(shown)),
              struct,
              unquote(Macro.escape(optional_defaults))
            )

          name = Macro.inspect_atom(:literal, unquote(module))
          unquote(inspect_module).inspect(struct, name, infos, opts)
        end
      end
    end
  end

  defp validate(option, option_list, fields, module) do
    if not is_list(option_list) do
      raise ArgumentError,
            "invalid value #{inspect(option_list)} in #{inspect(option)} " <>
              "when deriving the Inspect protocol for #{inspect(module)} (expected a list)"
    end

    case option_list -- fields do
      [] ->
        :ok

      unknown ->
        raise ArgumentError,
              "unknown fields #{inspect(unknown)} in #{inspect(option)} " <>
                "when deriving the Inspect protocol for #{inspect(module)}"
    end
  end

  @doc "The fields that are not optional, or not at their default."
  def shown(infos, struct, defaults) do
    Enum.reject(infos, fn %{field: field} ->
      case Keyword.fetch(defaults, field) do
        {:ok, default} -> Map.get(struct, field) == default
        :error -> false
      end
    end)
  end

  @doc "The document of a struct without those of the `optional` fields that have their default."
  def optional(%module{} = struct, optional, opts) do
    infos = module.__info__(:struct)
    defaults = for %{field: field, default: default} <- infos, field in optional, do: {field, default}
    Inspect.Map.inspect(struct, Macro.inspect_atom(:literal, module), shown(infos, struct, defaults), opts)
  end

  @doc "The fields in the order of definition, if the map has exactly those."
  def infos(module, struct) do
    with true <- is_atom(module) and Code.ensure_loaded?(module) and function_exported?(module, :__info__, 1),
         infos when is_list(infos) <- module.__info__(:struct),
         fields = for(%{field: field} <- infos, do: field),
         true <- Enum.sort([:__struct__ | fields]) == Enum.sort(Map.keys(struct)) do
      {:ok, Enum.reject(infos, &(&1.field in [:__exception__]))}
    else
      _ -> :error
    end
  rescue
    _ -> :error
  end
end

defimpl Inspect, for: Inspect.Error do
  def inspect(%{stacktrace: stacktrace} = error, _opts) do
    message = error |> Exception.message() |> String.trim_trailing("\n")

    """
    #Inspect.Error<
    #{Inspect.Error.pad(message, 2)}

      Stacktrace:

    #{stacktrace |> Exception.format_stacktrace()}
    >\
    """
  end
end
