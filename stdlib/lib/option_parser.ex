defmodule OptionParser do
  @moduledoc """
  Command lines into switches, arguments and what was wrong.

  `:strict` or `:switches` say which switches there are and of what types: `:boolean`, `:count`, `:integer`, `:float`,
  `:string`, and `:keep` for one that may be repeated. With `:strict` others are errors. `:aliases` gives switches one
  letter; `:return_separator` keeps a `--` among the arguments; `:allow_nonexistent_atoms` makes atoms of unknown names.
  """

  alias OptionParser.{Complaint, ParseError}

  @type argv :: [String.t()]
  @type parsed :: keyword
  @type errors :: [{String.t(), String.t() | nil}]
  @type options :: keyword

  @doc "`{switches, arguments, errors}` of a command line."
  @spec parse(argv, options) :: {parsed, argv, errors}
  def parse(argv, opts \\ []) when is_list(argv) and is_list(opts), do: collect(argv, config(opts), :all, {[], [], []})

  @doc "`{switches, arguments}`; errors raise `OptionParser.ParseError`."
  @spec parse!(argv, options) :: {parsed, argv}
  def parse!(argv, opts \\ []) when is_list(argv) and is_list(opts), do: argv |> parse(opts) |> faultless!(opts)

  @doc "`parse/2` that ends before the first argument; the rest are arguments."
  @spec parse_head(argv, options) :: {parsed, argv, errors}
  def parse_head(argv, opts \\ []) when is_list(argv) and is_list(opts) do
    collect(argv, config(opts), :head, {[], [], []})
  end

  @doc "`parse_head/2` whose errors raise."
  @spec parse_head!(argv, options) :: {parsed, argv}
  def parse_head!(argv, opts \\ []) when is_list(argv) and is_list(opts), do: argv |> parse_head(opts) |> faultless!(opts)

  defp faultless!({parsed, args, []}, _opts), do: {parsed, args}
  defp faultless!({_, _, errors}, opts), do: raise(ParseError, Complaint.text(errors, opts))

  @doc """
  Reads one switch: `{:ok, name, value, rest}`, `{:invalid, text, value, rest}`, `{:undefined, text, value, rest}`, or
  `{:error, argv}` where no switch stands.
  """
  @spec next(argv, options) ::
          {:ok, atom, term, argv} | {:invalid | :undefined, String.t(), String.t() | nil, argv} | {:error, argv}
  def next(argv, opts \\ []) when is_list(argv) and is_list(opts), do: read(argv, config(opts))

  ## The whole line

  defp collect([], _config, _until, found), do: in_order(found, [])

  defp collect(argv, config, until, {parsed, args, errors} = found) do
    case read(argv, config) do
      {:ok, switch, value, rest} ->
        collect(rest, config, until, {add(parsed, switch, value, kinds(switch, config)), args, errors})

      {:invalid, shown, value, rest} ->
        collect(rest, config, until, {parsed, args, [{shown, value} | errors]})

      {:undefined, shown, _value, rest} when config.strict? ->
        collect(rest, config, until, {parsed, args, [{shown, nil} | errors]})

      {:undefined, _shown, _value, rest} ->
        collect(rest, config, until, found)

      {:error, ["--" | rest] = argv} ->
        in_order(found, if(config.separator?, do: argv, else: rest))

      {:error, [argument | rest]} when until == :all ->
        collect(rest, config, until, {parsed, [argument | args], errors})

      {:error, argv} ->
        in_order(found, argv)
    end
  end

  defp in_order({parsed, args, errors}, rest), do: {Enum.reverse(parsed), Enum.reverse(args, rest), Enum.reverse(errors)}

  defp add(parsed, switch, value, kinds) do
    cond do
      :count in kinds and Keyword.has_key?(parsed, switch) -> Keyword.update!(parsed, switch, &(&1 + value))
      :keep in kinds -> [{switch, value} | parsed]
      true -> [{switch, value} | Keyword.delete(parsed, switch)]
    end
  end

  ## One switch

  defp read([<<"--", word::binary>> | rest], config) when word != "", do: long(cut(word), rest, config)

  defp read([<<"-", first, _::binary>> = arg | rest] = argv, config) when first not in [?-, ?\s] do
    <<"-", word::binary>> = arg

    case cut(word) do
      {_name, nil} when first in ?0..?9 -> {:error, argv}
      {name, value} -> short(name, value, rest, config)
    end
  end

  defp read(argv, _config), do: {:error, argv}

  defp cut(word) do
    case :binary.split(word, "=") do
      [name, value] -> {name, value}
      [name] -> {name, nil}
    end
  end

  # Words are written with dashes, names with underscores.
  defp long({name, value}, rest, config) do
    if String.contains?(name, "_"),
      do: {:undefined, "--" <> name, value, rest},
      else: name |> meaning(config) |> settle("--" <> name, value, rest, config)
  end

  defp meaning("no-" <> name = word, config) do
    switch = known_name(name, config)
    if switch && :boolean in kinds(switch, config), do: {:off, switch}, else: known_name(word, config)
  end

  defp meaning(word, config), do: known_name(word, config)

  defp known_name(word, %{new_atoms?: new_atoms?}) do
    name = String.replace(word, "-", "_")
    if new_atoms?, do: String.to_atom(name), else: String.to_existing_atom(name)
  rescue
    ArgumentError -> nil
  end

  # Letters written together are read one by one; what follows a letter and begins with a digit is its value.
  defp short(name, value, rest, config) do
    case !String.contains?(name, ["-", "_"]) && String.next_grapheme(name) do
      {letter, ""} -> one_letter(letter, value, rest, config)
      {letter, more} -> letters(letter, more, value, rest, config)
      _ -> {:undefined, "-" <> name, value, rest}
    end
  end

  defp letters(letter, <<digit, _::binary>> = more, value, rest, config) do
    tail = if value, do: more <> "=" <> value, else: more

    if digit in ?0..?9,
      do: one_letter(letter, tail, rest, config),
      else: one_letter(letter, nil, ["-" <> tail | rest], config)
  end

  defp one_letter(letter, value, rest, config) do
    config.aliases |> Map.get(letter) |> settle("-" <> letter, value, rest, config)
  end

  defp settle(nil, shown, value, rest, _config) do
    {value, rest} = value_or_next(value, rest)
    {:undefined, shown, value || true, rest}
  end

  defp settle({:off, switch}, _shown, nil, rest, _config), do: {:ok, switch, false, rest}
  defp settle({:off, _switch}, shown, value, rest, _config), do: {:invalid, shown, value, rest}

  defp settle(switch, shown, value, rest, config) do
    if config.strict? and not Keyword.has_key?(config.switches, switch) do
      {:undefined, shown, value, rest}
    else
      kind = switch |> kinds(config) |> main_kind()
      {value, rest} = if kind in [:boolean, :count], do: {value, rest}, else: value_or_next(value, rest)

      case cast(kind, value) do
        {:ok, cast} -> {:ok, switch, cast, rest}
        :error -> {:invalid, shown, value, rest}
      end
    end
  end

  defp kinds(switch, config), do: config.switches |> Keyword.get(switch) |> List.wrap()

  defp main_kind([]), do: :any
  defp main_kind(kinds), do: Enum.find([:boolean, :count, :integer, :float], :string, &(&1 in kinds))

  # What begins with a dash is a value only if it looks like a negative number, or is hardly a switch.
  defp value_or_next(nil, [next | rest] = argv) do
    case next do
      "-" -> {next, rest}
      <<"-", char, _::binary>> when char != ?\s and char not in ?0..?9 -> {nil, argv}
      _ -> {next, rest}
    end
  end

  defp value_or_next(value, rest), do: {value, rest}

  defp cast(kind, nil) when kind in [:boolean, :any], do: {:ok, true}
  defp cast(:count, nil), do: {:ok, 1}
  defp cast(_kind, nil), do: :error
  defp cast(:boolean, text) when text in ["true", "false"], do: {:ok, text == "true"}
  defp cast(:integer, text), do: text |> Integer.parse() |> whole()
  defp cast(:float, text), do: text |> Float.parse() |> whole()
  defp cast(kind, text) when kind in [:string, :any], do: {:ok, text}
  defp cast(_kind, _text), do: :error

  defp whole({number, ""}), do: {:ok, number}
  defp whole(_), do: :error

  ## Options

  @doc false
  def config(opts) do
    {switches, strict?} = switches(opts[:switches], opts[:strict])

    %{
      switches: switches,
      strict?: strict?,
      aliases: Map.new(opts[:aliases] || [], fn {letter, switch} -> {Atom.to_string(letter), switch} end),
      new_atoms?: opts[:allow_nonexistent_atoms] || false,
      separator?: opts[:return_separator] || false
    }
  end

  defp switches(nil, nil) do
    IO.warn("not passing the :switches or :strict option to OptionParser is deprecated")
    {[], false}
  end

  defp switches(switches, nil), do: {checked(switches), false}
  defp switches(nil, switches), do: {checked(switches), true}
  defp switches(_, _), do: raise(ArgumentError, ":switches and :strict cannot be given together")

  defp checked(switches) do
    for {_name, kinds} <- switches,
        [_ | _] = wrong <- [List.wrap(kinds) -- [:boolean, :count, :integer, :float, :string, :keep]] do
      raise ArgumentError, "invalid switch types/modifiers: " <> Enum.map_join(wrong, ", ", &inspect/1)
    end

    switches
  end

  ## The other way

  @doc "The words that give these switches; `:switches` tells counts from integers."
  @spec to_argv(Enumerable.t(), options) :: argv
  def to_argv(enum, options \\ []) do
    counts = for {switch, kinds} <- options[:switches] || [], :count in List.wrap(kinds), do: switch
    Enum.flat_map(enum, fn {switch, value} -> words(Complaint.switch(switch), value, switch in counts) end)
  end

  defp words(_word, nil, _count?), do: []
  defp words(word, true, _count?), do: [word]
  defp words("--" <> name, false, _count?), do: ["--no-" <> name]
  defp words(word, times, true) when is_integer(times), do: List.duplicate(word, times)
  defp words(word, value, _count?), do: [word, to_string(value)]

  @doc "A text into words at spaces; quotes and backslashes hold words together."
  @spec split(String.t()) :: argv
  def split(command) when is_binary(command), do: split(command, nil, "", [])

  # Quotes with nothing in them are a word, except at the very end.
  defp split("", nil, "", words), do: Enum.reverse(words)
  defp split("", nil, word, words), do: Enum.reverse([word | words])

  defp split("", quote, _word, _words) do
    raise "argv string did not terminate properly, a #{<<quote>>} was opened but never closed"
  end

  defp split(<<?\\, rest::binary>>, quote, word, words) do
    case rest do
      <<char, rest::binary>> when char == quote or (quote == nil and char in [?\s, ?', ?"]) ->
        split(rest, quote, <<word::binary, char>>, words)

      _ ->
        split(rest, quote, word <> "\\", words)
    end
  end

  defp split(<<char, rest::binary>>, char, word, words), do: split(rest, nil, word, words)
  defp split(<<char, rest::binary>>, nil, word, words) when char in [?', ?"], do: split(rest, char, word, words)

  defp split(<<?\s, rest::binary>>, nil, word, words) do
    words = if word == "" and words == [], do: words, else: [word | words]
    split(String.trim_leading(rest, " "), nil, "", words)
  end

  defp split(<<char, rest::binary>>, quote, word, words), do: split(rest, quote, <<word::binary, char>>, words)
end

defmodule OptionParser.Complaint do
  @moduledoc false
  # The text of OptionParser.ParseError.

  def text(errors, opts) do
    config = OptionParser.config(opts)
    found = if length(errors) == 1, do: "1 error found!\n", else: "#{length(errors)} errors found!\n"
    found <> Enum.map_join(errors, "\n", fn {shown, value} -> shown <> " : " <> line(shown, value, config) end)
  end

  defp line(shown, value, config) do
    case {List.wrap(config.switches[name(shown, config)]), value} do
      {[], nil} -> "Unknown option" <> suggestion(shown, config)
      {kinds, nil} -> "Missing argument of type #{shown_kind(kinds)}"
      {kinds, value} -> "Expected type #{shown_kind(kinds)}, got #{inspect(value)}"
    end
  end

  defp shown_kind(kinds), do: Enum.find(kinds, &(&1 != :keep)) || List.first(kinds)

  defp name("--" <> word, config) do
    Enum.find_value(config.switches, fn {switch, _} -> if switch(switch) == "--" <> word, do: switch end)
  end

  defp name("-" <> letter, config), do: config.aliases[letter]

  # The likeliest of the known names, if one is like enough.
  defp suggestion("--" <> word, config) do
    word = String.replace(word, "-", "_")
    likely = for {switch, _} <- config.switches, do: {String.jaro_distance(word, Atom.to_string(switch)), switch}

    case Enum.max(likely, fn -> {0, nil} end) do
      {score, switch} when score > 0.8 -> ". Did you mean #{switch(switch)}?"
      _ -> ""
    end
  end

  defp suggestion(_letter, _config), do: ""

  def switch(name) when is_atom(name), do: "--" <> (name |> Atom.to_string() |> String.replace("_", "-"))
end
