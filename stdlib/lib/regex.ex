defmodule Regex do
  @moduledoc "Regular expressions in the syntax of Perl, with Unicode; written `~r/…/`."

  defstruct re_pattern: nil, source: "", opts: [], re_version: ""

  @type t :: %__MODULE__{re_pattern: term, source: binary, opts: [term]}
  @type capture_option ::
          :all | :first | :all_but_first | :none | :all_names | [binary | atom]

  @doc "Compiles a regular expression: `{:ok, regex}` or `{:error, reason}`."
  @spec compile(binary, binary | [term]) :: {:ok, t} | {:error, term}
  def compile(source, opts \\ "") when is_binary(source) and (is_binary(opts) or is_list(opts)) do
    with {:ok, opts} <- options(opts, []),
         {:ok, compiled} <- :re.compile(source, opts) do
      {:ok, %Regex{source: source, opts: opts, re_pattern: compiled, re_version: version()}}
    end
  end

  @letters %{
    ?i => [:caseless],
    ?m => [:multiline],
    ?s => [:dotall, {:newline, :anycrlf}],
    ?x => [:extended],
    ?f => [:firstline],
    ?u => [:unicode, :ucp],
    ?U => [:ungreedy],
    ?r => [:ungreedy]
  }

  # Letters stand for the engine's options; the last letter's come first.
  defp options(<<letter, rest::binary>> = letters, options) do
    if letter == ?r, do: IO.warn("the /r modifier in regular expressions is deprecated, please use /U instead")

    case @letters do
      %{^letter => meant} -> options(rest, meant ++ options)
      _ -> {:error, {:invalid_option, letters}}
    end
  end

  defp options(<<>>, options), do: {:ok, options}
  defp options(list, _options), do: {:ok, list}

  @doc "`compile/2` that raises `Regex.CompileError`."
  @spec compile!(binary, binary | [term]) :: t
  def compile!(source, options \\ "") when is_binary(source) do
    source |> compile(options) |> compiled!()
  end

  defp compiled!({:ok, regex}), do: regex
  defp compiled!({:error, {reason, at}}), do: raise(Regex.CompileError, "#{reason} at position #{at}")

  @doc "The regex, compiled again if it comes from another version."
  @spec recompile(t) :: {:ok, t} | {:error, any}
  def recompile(%Regex{} = regex) do
    if regex.re_version == version(), do: {:ok, regex}, else: compile(regex.source, regex.opts)
  end

  @doc "`recompile/1` that raises."
  @spec recompile!(t) :: t
  def recompile!(regex), do: regex |> recompile() |> compiled!()

  @doc "What a regex must have been compiled for: the engine's version and the byte order."
  @spec version :: term
  def version, do: {:re.version(), :little}

  @doc "Whether there is a match."
  @spec match?(t, String.t()) :: boolean
  def match?(%Regex{} = regex, string) when is_binary(string) do
    :re.run(string, regex.re_pattern, [{:capture, :none}]) == :match
  end

  @doc false
  @deprecated "Use Kernel.is_struct(term, Regex) or pattern match on %Regex{} instead"
  def regex?(term)
  def regex?(%Regex{}), do: true
  def regex?(_), do: false

  @doc "The first match: captures as a list, or `nil`."
  @spec run(t, binary, keyword) :: nil | [binary] | [{integer, integer}]
  def run(regex, string, options \\ [])

  def run(%Regex{} = regex, string, options) when is_binary(string) do
    search(regex, string, options, [], nil)
  end

  # The captures that `options` ask for; `missing` without a match.
  defp search(regex, string, options, how, missing) do
    wanted = {:capture, Keyword.get(options, :capture, :all), Keyword.get(options, :return, :binary)}

    case :re.run(string, regex.re_pattern, [wanted, {:offset, Keyword.get(options, :offset, 0)} | how]) do
      {:match, found} -> found
      # Nothing was to be captured.
      :match -> []
      :nomatch -> missing
    end
  end

  @doc "The captures by name, or `nil` without a match."
  @spec named_captures(t, String.t(), keyword) :: map | nil
  def named_captures(regex, string, options \\ []) when is_binary(string) do
    case run(regex, string, Keyword.put(options, :capture, :all_names)) do
      nil -> nil
      texts -> regex |> names() |> Enum.zip(texts) |> Map.new()
    end
  end

  @doc "The compiled pattern."
  @spec re_pattern(t) :: term
  def re_pattern(%Regex{re_pattern: compiled}), do: compiled

  @doc "The source text."
  @spec source(t) :: String.t()
  def source(%Regex{source: source}), do: source

  @doc "The options as atoms."
  @spec opts(t) :: [term]
  def opts(%Regex{opts: opts}), do: opts

  @doc "The names of the groups."
  @spec names(t) :: [String.t()]
  def names(%Regex{re_pattern: re_pattern}) do
    re_pattern |> :re.inspect(:namelist) |> elem(1)
  end

  @doc "All matches: a list of capture lists."
  @spec scan(t, String.t(), keyword) :: [[String.t()]] | [[{integer, integer}]]
  def scan(regex, string, options \\ [])

  def scan(%Regex{} = regex, string, options) when is_binary(string) do
    search(regex, string, options, [:global], [])
  end

  @doc "The pieces between the matches."
  @spec split(t, String.t(), keyword) :: [String.t()]
  def split(regex, string, options \\ [])

  def split(%Regex{}, "", opts), do: if(Keyword.get(opts, :trim, false), do: [], else: [""])

  def split(%Regex{} = regex, string, opts) when is_binary(string) and is_list(opts) do
    cuts = search(regex, string, [capture: Keyword.get(opts, :on, :first), return: :index], [:global], [])
    trim? = Keyword.get(opts, :trim, false)
    captures? = Keyword.get(opts, :include_captures, false)

    case opts[:parts] || :infinity do
      _ when cuts == [] -> [string]
      :infinity -> cuts |> Enum.concat() |> pieces(string, 0, 0, trim?, captures?)
      parts when is_integer(parts) and parts > 0 -> cuts |> Enum.concat() |> pieces(string, 0, parts, trim?, captures?)
    end
  end

  # A counter of 1 means that the rest is the last piece; 0 counts down for ever.
  defp pieces(_matches, string, offset, _counter, true, _captures?) when byte_size(string) <= offset, do: []

  defp pieces(_matches, string, offset, 1, _trim?, _captures?) do
    [binary_part(string, offset, byte_size(string) - offset)]
  end

  defp pieces([], string, offset, _counter, _trim?, _captures?) do
    [binary_part(string, offset, byte_size(string) - offset)]
  end

  defp pieces([{position, _} | rest], string, offset, counter, trim?, captures?) when position < offset do
    pieces(rest, string, offset, counter, trim?, captures?)
  end

  defp pieces([{position, size} | rest], string, offset, counter, trim?, captures?) do
    keep = position - offset
    left = pieces(rest, string, position + size, if(keep == 0 and trim?, do: counter, else: counter - 1), trim?, captures?)
    left = if captures? and not (trim? and size == 0), do: [binary_part(string, position, size) | left], else: left
    if keep == 0 and trim?, do: left, else: [binary_part(string, offset, keep) | left]
  end

  @doc "Replaces matches by a string with `\\\\N` and `\\\\g{N}`, or by what a function of the captures returns."
  @spec replace(t, String.t(), String.t() | (... -> String.t()), keyword) :: String.t()
  def replace(regex, string, replacement, options \\ [])

  def replace(%Regex{} = regex, string, replacement, options)
      when is_binary(string) and is_binary(replacement) and is_list(options) do
    Regex.Replacement.replace(regex, string, Regex.Replacement.compile(replacement), options)
  end

  def replace(%Regex{} = regex, string, replacement, options)
      when is_binary(string) and is_function(replacement) and is_list(options) do
    {:arity, arity} = Function.info(replacement, :arity)
    Regex.Replacement.replace(regex, string, {replacement, arity}, options)
  end

  def replace(%Regex{} = regex, string, _replacement, options) when is_binary(string) and is_list(options) do
    if Regex.match?(regex, string),
      do: raise(ArgumentError, "expected the replacement to be a string or a function"),
      else: string
  end

  @doc "The text with all characters that mean something escaped."
  @spec escape(String.t()) :: String.t()
  def escape(string) when is_binary(string), do: for(<<byte <- string>>, into: "", do: escape_byte(byte))

  defp escape_byte(byte) when byte in ~c"\\^$.|?*+()[]{}-#\s\t\n\r\f\v", do: <<?\\, byte>>
  defp escape_byte(byte), do: <<byte>>
end

defmodule Regex.CompileError do
  @moduledoc "The text of a regular expression is not one; the message says where."
  defexception message: "regex could not be compiled"
end

defimpl Inspect, for: Regex do
  import Inspect.Algebra
  import Kernel, except: [inspect: 2]

  def inspect(regex, opts) do
    case modifiers(regex.opts, []) do
      {:ok, modifiers} ->
        source = IO.iodata_to_binary(["~r/", source(regex.source), "/", modifiers])
        color_doc(source, :regex, opts)

      :error ->
        concat([
          "Regex.compile!(",
          Inspect.BitString.inspect(regex.source, opts),
          ", ",
          Inspect.List.inspect(regex.opts, opts),
          ")"
        ])
    end
  end

  defp modifiers([:dotall, {:newline, :anycrlf} | rest], acc), do: modifiers(rest, [?s | acc])
  defp modifiers([:unicode, :ucp | rest], acc), do: modifiers(rest, [?u | acc])
  defp modifiers([:caseless | rest], acc), do: modifiers(rest, [?i | acc])
  defp modifiers([:extended | rest], acc), do: modifiers(rest, [?x | acc])
  defp modifiers([:firstline | rest], acc), do: modifiers(rest, [?f | acc])
  defp modifiers([:ungreedy | rest], acc), do: modifiers(rest, [?U | acc])
  defp modifiers([:multiline | rest], acc), do: modifiers(rest, [?m | acc])
  defp modifiers([], acc), do: {:ok, acc}
  defp modifiers(_other, _acc), do: :error

  # A slash ends the sigil; the rest is escaped as far as it cannot be seen.
  defp source(<<?\\, char::utf8, rest::binary>>), do: [?\\, <<char::utf8>> | source(rest)]
  defp source(<<?/, rest::binary>>), do: ["\\/" | source(rest)]
  defp source(<<?", rest::binary>>), do: [?" | source(rest)]

  defp source(<<char::utf8, rest::binary>>) do
    {escaped, ""} = Inspect.Text.escape(<<char::utf8>>, ?/)
    [escaped | source(rest)]
  end

  defp source(<<byte, rest::binary>>), do: ["\\x" <> Integer.to_string(byte, 16) | source(rest)]
  defp source(<<>>), do: []
end
