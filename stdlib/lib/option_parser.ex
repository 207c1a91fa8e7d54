defmodule OptionParser do
  @moduledoc "Parses command line switches."

  @type argv :: [String.t()]
  @type parsed :: keyword
  @type errors :: [{String.t(), String.t() | nil}]
  @type options :: keyword

  def parse(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    do_parse(argv, build_config(opts), [], [], [], true)
  end

  def parse!(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    case parse(argv, opts) do
      {parsed, args, []} -> {parsed, args}
      {_, _, errors} -> raise OptionParser.ParseError, format_errors(errors, opts)
    end
  end

  def parse_head(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    do_parse(argv, build_config(opts), [], [], [], false)
  end

  def parse_head!(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    case parse_head(argv, opts) do
      {parsed, args, []} -> {parsed, args}
      {_, _, errors} -> raise OptionParser.ParseError, format_errors(errors, opts)
    end
  end

  defp do_parse([], _config, opts, args, invalid, _all?) do
    {Enum.reverse(opts), Enum.reverse(args), Enum.reverse(invalid)}
  end

  defp do_parse(argv, %{switches: switches} = config, opts, args, invalid, all?) do
    case next_with_config(argv, config) do
      {:ok, option, value, rest} ->
        # A switch that is kept appears as often as it is given; another one with its last value.
        kinds = List.wrap(Keyword.get(switches, option))
        opts = store(opts, option, value, kinds)
        do_parse(rest, config, opts, args, invalid, all?)

      {:invalid, option, value, rest} ->
        do_parse(rest, config, opts, args, [{option, value} | invalid], all?)

      {:undefined, option, _value, rest} ->
        invalid = if config.strict?, do: [{option, nil} | invalid], else: invalid
        do_parse(rest, config, opts, args, invalid, all?)

      {:error, ["--" | rest] = remaining} ->
        left = if config.return_separator?, do: remaining, else: rest
        {Enum.reverse(opts), Enum.reverse(args, left), Enum.reverse(invalid)}

      {:error, [arg | rest] = remaining} ->
        if all? do
          do_parse(rest, config, opts, [arg | args], invalid, all?)
        else
          {Enum.reverse(opts), Enum.reverse(args, remaining), Enum.reverse(invalid)}
        end
    end
  end

  defp store(opts, option, value, kinds) do
    cond do
      :count in kinds -> Keyword.update(opts, option, value, &(&1 + 1))
      :keep in kinds -> [{option, value} | opts]
      true -> [{option, value} | Keyword.delete(opts, option)]
    end
  end

  def next(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    next_with_config(argv, build_config(opts))
  end

  defp next_with_config([], _config), do: {:error, []}
  defp next_with_config(["--" | _] = argv, _config), do: {:error, argv}
  defp next_with_config(["-" | _] = argv, _config), do: {:error, argv}
  defp next_with_config(["- " <> _ | _] = argv, _config), do: {:error, argv}

  # --[no-]name or --name=value
  defp next_with_config(["--" <> option | rest], config) do
    {name, value} = split_option(option)

    if String.contains?(name, ["_"]) do
      {:undefined, "--" <> name, value, rest}
    else
      tagged = tag_option(name, config)
      next_tagged(tagged, value, "--" <> name, rest, config)
    end
  end

  # -a, -a value, -abc, -a=value
  defp next_with_config(["-" <> option | rest] = argv, config) do
    %{allow_nonexistent_atoms?: allow?} = config
    {name, value} = split_option(option)
    original = "-" <> name

    cond do
      is_nil(value) and negative_number?(original) ->
        if defined_digits?(name, config), do: short(name, value, original, rest, config, allow?), else: {:error, argv}

      String.contains?(name, ["-", "_"]) ->
        {:undefined, original, value, rest}

      true ->
        short(name, value, original, rest, config, allow?)
    end
  end

  defp next_with_config(argv, _config), do: {:error, argv}

  defp defined_digits?(name, config), do: Enum.any?(String.graphemes(name), &alias_of(&1, config))

  defp short(name, value, original, rest, config, _allow?) do
    case {config.aliases, String.length(name)} do
      {_, 1} ->
        case alias_of(name, config) do
          nil -> undefined_short(original, value, rest)
          option -> next_tagged({:default, option}, value, original, rest, config)
        end

      _ ->
        expand_multiletter(name, value, original, rest, config)
    end
  end

  # Several letters stand for as many switches, when each letter is an alias.
  defp expand_multiletter(name, value, original, rest, config) do
    letters = String.graphemes(name)

    if Enum.all?(letters, &alias_of(&1, config)) do
      expanded = Enum.map(letters, &("-" <> &1))
      expanded = if value, do: List.update_at(expanded, -1, &(&1 <> "=" <> value)), else: expanded
      next_with_config(expanded ++ rest, config)
    else
      # -pVALUE: the rest of the word is the value of a switch that takes one.
      case letters do
        [first | tail] ->
          with option when option != nil <- alias_of(first, config),
               type when type in [:integer, :float, :string] <- value_type(option, config) do
            given = Enum.join(tail) <> if(value, do: "=" <> value, else: "")
            next_tagged({:default, option}, given, "-" <> first, rest, config)
          else
            _ -> undefined_short(original, value, rest)
          end

        _ ->
          undefined_short(original, value, rest)
      end
    end
  end

  defp value_type(option, config) do
    Enum.find(List.wrap(Keyword.get(config.switches, option)), &(&1 in [:integer, :float, :string]))
  end

  defp undefined_short(original, value, rest) do
    {value, _kinds, rest} = normalize_value(value, [], rest)
    {:undefined, original, value, rest}
  end

  defp alias_of(letter, %{aliases: aliases}) do
    Enum.find_value(aliases, fn {short, option} -> if Atom.to_string(short) == letter, do: option end)
  end

  defp next_tagged(:unknown, value, original, rest, _config) do
    {value, _kinds, rest} = normalize_value(value, [], rest)
    {:undefined, original, value, rest}
  end

  defp next_tagged({tag, option}, value, original, rest, %{switches: switches, strict?: strict?} = config) do
    if strict? and not Keyword.has_key?(switches, option) do
      {:undefined, original, value, rest}
    else
      {kinds, delimiter?} = {List.wrap(Keyword.get(switches, option)), tag == :negated}
      {value, kinds, rest} = normalize_tag(tag, option, value, kinds, rest, config, delimiter?)

      case validate_option(value, kinds) do
        {:ok, new_value} -> {:ok, option, new_value, rest}
        :invalid -> {:invalid, original, value, rest}
      end
    end
  end

  defp normalize_tag(:negated, _option, value, kinds, rest, _config, _) do
    if value do
      {value, kinds, rest}
    else
      {false, kinds, rest}
    end
  end

  defp normalize_tag(:default, _option, value, kinds, rest, config, _) do
    _ = config

    cond do
      :boolean in kinds ->
        {if(is_nil(value), do: true, else: value), kinds, rest}

      :count in kinds ->
        {if(is_nil(value), do: 1, else: value), kinds, rest}

      value ->
        {value, kinds, rest}

      true ->
        normalize_value(nil, kinds, rest)
    end
  end

  defp normalize_value(nil, kinds, rest) do
    if takes_value?(kinds) do
      case rest do
        [next | tail] ->
          if value_in_tail?(next, kinds), do: {next, kinds, tail}, else: {nil, kinds, rest}

        [] ->
          {nil, kinds, []}
      end
    else
      case rest do
        [next | tail] -> if value_in_tail?(next, kinds), do: {next, kinds, tail}, else: {true, kinds, rest}
        [] -> {true, kinds, []}
      end
    end
  end

  defp normalize_value(value, kinds, rest), do: {value, kinds, rest}

  defp takes_value?(kinds), do: Enum.any?(kinds, &(&1 in [:string, :integer, :float, :regex]))

  defp value_in_tail?("-", _kinds), do: true
  defp value_in_tail?("- " <> _, _kinds), do: true

  defp value_in_tail?("-" <> _ = arg, _kinds), do: negative_number?(arg)
  defp value_in_tail?(_, _kinds), do: true

  defp validate_option(value, kinds) do
    {invalid?, value} =
      cond do
        :invalid in kinds -> {true, value}
        :boolean in kinds -> boolean(value)
        :count in kinds -> count(value)
        :integer in kinds -> number(value, &Integer.parse/1)
        :float in kinds -> number(value, &Float.parse/1)
        :string in kinds -> {not is_binary(value), value}
        true -> {is_nil(value), value}
      end

    if invalid?, do: :invalid, else: {:ok, value}
  end

  defp boolean(value) when value in [true, "true"], do: {false, true}
  defp boolean(value) when value in [false, "false"], do: {false, false}
  defp boolean(value), do: {true, value}

  defp count(1), do: {false, 1}
  defp count(value), do: {true, value}

  defp number(value, parse) when is_binary(value) do
    case parse.(value) do
      {number, ""} -> {false, number}
      _ -> {true, value}
    end
  end

  defp number(value, _parse), do: {true, value}

  defp split_option(option) do
    case :binary.split(option, "=") do
      [name] -> {name, nil}
      [name, value] -> {name, value}
    end
  end

  defp tag_option("no-" <> option = original, %{switches: switches} = config) do
    cond do
      (negated = get_option(option, config)) && :boolean in List.wrap(Keyword.get(switches, negated)) ->
        {:negated, negated}

      (option_key = get_option(original, config)) && Keyword.has_key?(switches, option_key) ->
        {:default, option_key}

      config.strict? ->
        :unknown

      (negated = get_option(option, config)) && not Keyword.has_key?(switches, negated) ->
        {:negated, negated}

      true ->
        case get_option(original, config) do
          nil -> :unknown
          key -> {:default, key}
        end
    end
  end

  defp tag_option(option, config) do
    case get_option(option, config) do
      nil -> :unknown
      key -> {:default, key}
    end
  end

  # Options become atoms that exist already, unless told otherwise.
  defp get_option(option, %{allow_nonexistent_atoms?: allow?}) do
    name = String.replace(option, "-", "_")

    if allow? do
      String.to_atom(name)
    else
      try do
        String.to_existing_atom(name)
      rescue
        ArgumentError -> nil
      end
    end
  end

  defp negative_number?("-" <> rest = arg) do
    case rest do
      <<c, _::binary>> when c in ?0..?9 -> match?({_, ""}, Float.parse(arg))
      _ -> false
    end
  end

  defp build_config(opts) do
    aliases = opts[:aliases] || []
    allow? = opts[:allow_nonexistent_atoms] || false

    {switches, strict?} =
      cond do
        opts[:switches] && opts[:strict] ->
          raise ArgumentError, ":switches and :strict cannot be given together"

        switches = opts[:switches] ->
          {switches, false}

        strict = opts[:strict] ->
          {strict, true}

        true ->
          raise ArgumentError, "expected :switches or :strict key in options"
      end

    validate_switches!(switches)

    %{
      aliases: aliases,
      switches: switches,
      strict?: strict?,
      allow_nonexistent_atoms?: allow?,
      return_separator?: opts[:return_separator] || false
    }
  end

  @kinds [:boolean, :count, :integer, :float, :string, :keep, :regex]
  defp validate_switches!(switches) do
    for {_name, kinds} <- switches, kind <- List.wrap(kinds), kind not in @kinds do
      raise ArgumentError, "invalid switch types/modifiers: " <> Enum.map_join(List.wrap(kinds) -- @kinds, ", ", &inspect/1)
    end
  end

  # --- other directions ------------------------------------------------------------------------

  def to_argv(enum, options \\ []) do
    switches = Keyword.get(options, :switches, [])

    Enum.flat_map(enum, fn
      {_key, nil} ->
        []

      {key, true} ->
        [to_switch(key)]

      {key, false} ->
        [to_switch(key, "--no-")]

      {key, value} when is_integer(value) ->
        if :count in List.wrap(switches[key]) do
          List.duplicate(to_switch(key), value)
        else
          [to_switch(key), Integer.to_string(value)]
        end

      {key, value} ->
        [to_switch(key), to_string(value)]
    end)
  end

  defp to_switch(key, prefix \\ "--") when is_atom(key) do
    prefix <> String.replace(Atom.to_string(key), "_", "-")
  end

  def split(command) when is_binary(command) do
    do_split(String.trim_leading(command, " "), "", [], nil, command)
  end

  # Spaces part words; quotes and backslashes hold them together.
  defp do_split("", "", acc, nil, _command), do: Enum.reverse(acc)
  defp do_split("", buffer, acc, nil, _command), do: Enum.reverse([buffer | acc])

  defp do_split("", _buffer, _acc, marker, _command) do
    raise "argv string did not terminate properly, a #{<<marker>>} was opened but never closed"
  end

  defp do_split(<<?\\, quote, t::binary>>, buffer, acc, quote, command),
    do: do_split(t, <<buffer::binary, quote>>, acc, quote, command)

  defp do_split(<<?\\, h, t::binary>>, buffer, acc, nil, command),
    do: do_split(t, <<buffer::binary, h>>, acc, nil, command)

  defp do_split(<<quote, t::binary>>, buffer, acc, quote, command) when quote != nil,
    do: do_split(t, buffer, acc, nil, command)

  defp do_split(<<quote, t::binary>>, buffer, acc, nil, command) when quote in [?', ?"],
    do: do_split(t, buffer, acc, quote, command)

  defp do_split(<<h, t::binary>>, buffer, acc, nil, command) when h in [?\s, ?\t, ?\n, ?\r],
    do: do_split(String.trim_leading(t), "", if(buffer == "", do: acc, else: [buffer | acc]), nil, command)

  defp do_split(<<h, t::binary>>, buffer, acc, quote, command),
    do: do_split(t, <<buffer::binary, h>>, acc, quote, command)

  # --- errors ----------------------------------------------------------------------------------

  defp format_errors([_ | _] = errors, opts) do
    types = opts[:switches] || opts[:strict]
    count = length(errors)
    word = if count == 1, do: "error", else: "errors"
    "#{count} #{word} found!\n" <> Enum.map_join(errors, "\n", &format_error(&1, opts, types))
  end

  defp format_error({option, nil}, opts, types) do
    case get_type(option, opts, types) do
      nil ->
        "#{option} : Unknown option" <> suggestion(option, types)

      type ->
        "#{option} : Missing argument of type #{type}"
    end
  end

  defp format_error({option, value}, opts, types) do
    type = get_type(option, opts, types)
    "#{option} : Expected type #{type}, got #{inspect(value)}"
  end

  defp suggestion("--" <> name, types) do
    name = String.replace(name, "-", "_")

    best =
      types
      |> Enum.map(fn {key, _} -> {String.jaro_distance(name, Atom.to_string(key)), key} end)
      |> Enum.filter(fn {score, _} -> score > 0.8 end)
      |> Enum.sort()
      |> List.last()

    case best do
      {_, key} -> ". Did you mean #{to_switch(key)}?"
      nil -> ""
    end
  end

  defp suggestion(_, _), do: ""

  defp get_type(option, opts, types) do
    config = %{aliases: opts[:aliases] || [], allow_nonexistent_atoms?: opts[:allow_nonexistent_atoms] || false}

    key =
      case option do
        "--no-" <> name ->
          plain = get_option(name, config)
          if plain && Keyword.has_key?(types, plain), do: plain, else: get_option("no-" <> name, config)

        "--" <> name ->
          get_option(name, config)

        "-" <> letter ->
          alias_of(letter, config)
      end

    case List.wrap(key && types[key]) do
      [] -> nil
      kinds -> Enum.find(kinds, &(&1 != :keep)) || :string
    end
  end
end
