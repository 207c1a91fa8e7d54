defmodule String do
  @moduledoc """
  Functions for strings: binaries in UTF-8, seen as graphemes unless a name says otherwise.

  A byte that is not valid UTF-8 counts as a grapheme (and code point) of its own.
  """

  import Kernel, except: [length: 1, match?: 2, to_charlist: 1]

  @type t :: binary
  @type codepoint :: t
  @type grapheme :: t
  @type pattern :: t | [nonempty_binary] | (compiled_search_pattern :: :binary.cp())

  @conditional_mappings [:greek, :turkic]

  @doc "Whether all characters are printable, up to `character_limit` of them."
  @spec printable?(t, 0 | pos_integer | :infinity) :: boolean
  def printable?(string, character_limit \\ :infinity)
      when is_binary(string) and
             (character_limit == :infinity or (is_integer(character_limit) and character_limit >= 0)) do
    String.Chunk.printable?(string, character_limit)
  end

  @doc "The words: what stands between white space."
  @spec split(t) :: [t]
  def split(string)
  def split(string) when is_binary(string), do: :cordial_string.split(string)
  def split(string), do: :binary.split(string, " ")

  @doc "The pieces between matches of `pattern` (a string, strings or a regex)."
  @spec split(t, pattern | Regex.t(), keyword) :: [t]
  def split(string, pattern, options \\ [])

  def split(string, %Regex{} = pattern, options) when is_binary(string) and is_list(options) do
    Regex.split(pattern, string, options)
  end

  def split(string, "", options) when is_binary(string) and is_list(options) do
    parts = Keyword.get(options, :parts, :infinity)
    index = parts_to_index(parts)
    trim? = Keyword.get(options, :trim, false) == true

    case String.Split.graphemes(string, index, trim?) do
      pieces when trim? -> Enum.reject(pieces, &(&1 == ""))
      pieces -> pieces
    end
  end

  def split(string, [], options) when is_binary(string) and is_list(options) do
    if string == "" and Keyword.get(options, :trim, false), do: [], else: [string]
  end

  def split(string, pattern, options) when is_binary(string) and is_list(options) do
    trim? = Keyword.get(options, :trim, false) == true

    case parts_to_index(Keyword.get(options, :parts, :infinity)) do
      0 when trim? -> :binary.split(string, pattern, [:global, :trim_all])
      0 -> :binary.split(string, pattern, [:global])
      1 -> if trim? and string == "", do: [], else: [string]
      2 when not trim? -> :binary.split(string, pattern)
      index -> String.Split.parts(string, pattern, index, trim?)
    end
  end

  defp parts_to_index(:infinity), do: 0
  defp parts_to_index(n) when is_integer(n) and n > 0, do: n

  @doc "A lazy `split/3`."
  @spec splitter(t, pattern, keyword) :: Enumerable.t()
  def splitter(string, pattern, options \\ [])

  def splitter(string, "", options) when is_binary(string) and is_list(options) do
    if Keyword.get(options, :trim, false) do
      Stream.unfold(string, &next_grapheme/1)
    else
      Stream.unfold({:first, string}, &String.Split.next_empty/1)
    end
  end

  def splitter(string, [], options) when is_binary(string) and is_list(options) do
    if string == "" and Keyword.get(options, :trim, false), do: [], else: [string]
  end

  def splitter(string, pattern, options) when is_binary(string) and is_list(options) do
    pattern = if is_tuple(pattern), do: pattern, else: :binary.compile_pattern(pattern)
    trim? = Keyword.get(options, :trim, false)
    Stream.unfold(string, &String.Split.next(&1, pattern, trim?))
  end

  @doc "Splits after `position` graphemes (negative: from the end)."
  @spec split_at(t, integer) :: {t, t}
  def split_at(string, position)

  def split_at(string, position) when is_binary(string) and is_integer(position) and position >= 0 do
    {bytes, _} = :cordial_string.skip(string, position)
    cut(string, bytes)
  end

  def split_at(string, position) when is_binary(string) and is_integer(position) do
    {bytes, _} = :cordial_string.skip(string, max(:cordial_string.length(string) + position, 0))
    cut(string, bytes)
  end

  defp cut(string, bytes) do
    {binary_part(string, 0, bytes), binary_part(string, bytes, byte_size(string) - bytes)}
  end

  @doc "Whether both are the same text in canonical form."
  @spec equivalent?(t, t) :: boolean
  def equivalent?(string1, string2) when is_binary(string1) and is_binary(string2) do
    string1 == string2 or
      :cordial_string.normalize(string1, :nfd) == :cordial_string.normalize(string2, :nfd)
  end

  @doc "The text in the normal form `:nfc`, `:nfd`, `:nfkc` or `:nfkd`."
  @spec normalize(t, :nfd | :nfc | :nfkd | :nfkc) :: t
  def normalize(string, form)

  def normalize(string, form) when form in [:nfc, :nfd, :nfkc, :nfkd] do
    :cordial_string.normalize(string, form)
  end

  @doc "The text in upper case."
  @spec upcase(t, :default | :ascii | :greek | :turkic) :: t
  def upcase(string, mode \\ :default)

  def upcase(string, mode) when is_binary(string) and mode in [:default, :ascii | @conditional_mappings] do
    :cordial_string.upcase(string, mode)
  end

  @doc "The text in lower case."
  @spec downcase(t, :default | :ascii | :greek | :turkic) :: t
  def downcase(string, mode \\ :default)

  def downcase(string, mode) when is_binary(string) and mode in [:default, :ascii | @conditional_mappings] do
    :cordial_string.downcase(string, mode)
  end

  @doc "The first character in title case, the others in lower case."
  @spec capitalize(t, :default | :ascii | :greek | :turkic) :: t
  def capitalize(string, mode \\ :default)

  def capitalize(string, mode) when is_binary(string) and mode in [:default, :ascii | @conditional_mappings] do
    {first, rest} = :cordial_string.titlecase_first(string, mode)
    first <> :cordial_string.downcase(rest, mode)
  end

  @doc false
  @deprecated "Use String.trim_trailing/1 instead"
  def rstrip(string), do: trim_trailing(string)

  @doc false
  @deprecated "Use String.trim_trailing/2 with a binary as second argument instead"
  def rstrip(string, char) when is_integer(char), do: trim_trailing(string, <<char::utf8>>)

  @doc false
  @deprecated "Use String.trim_leading/1 instead"
  def lstrip(string), do: trim_leading(string)

  @doc false
  @deprecated "Use String.trim_leading/2 with a binary as second argument instead"
  def lstrip(string, char) when is_integer(char), do: trim_leading(string, <<char::utf8>>)

  @doc false
  @deprecated "Use String.trim/1 instead"
  def strip(string), do: trim(string)

  @doc false
  @deprecated "Use String.trim/2 with a binary second argument instead"
  def strip(string, char) when is_integer(char), do: trim(string, <<char::utf8>>)

  @doc false
  @deprecated "Use String.pad_leading/2 instead"
  def rjust(string, length), do: pad_leading(string, length)

  @doc false
  @deprecated "Use String.pad_leading/3 with a binary padding instead"
  def rjust(string, length, char), do: pad_leading(string, length, <<char::utf8>>)

  @doc false
  @deprecated "Use String.pad_trailing/2 instead"
  def ljust(string, length), do: pad_trailing(string, length)

  @doc false
  @deprecated "Use String.pad_trailing/3 with a binary padding instead"
  def ljust(string, length, char), do: pad_trailing(string, length, <<char::utf8>>)

  @doc false
  @deprecated "Use String.to_charlist/1 instead"
  def to_char_list(string), do: to_charlist(string)

  @doc false
  @deprecated "Use String.valid?/1 instead"
  def valid_character?(string), do: length(string) == 1 and valid?(string)

  @doc "Replaces all leading occurrences of `match`."
  @spec replace_leading(t, t, t) :: t
  def replace_leading(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "", do: raise_empty_match()
    size = byte_size(match)

    case leading_count(string, match, size, 0) do
      0 ->
        string

      count ->
        rest = binary_part(string, size * count, byte_size(string) - size * count)
        duplicate(replacement, count) <> rest
    end
  end

  defp leading_count(string, match, size, count) do
    offset = size * count

    if byte_size(string) - offset >= size and binary_part(string, offset, size) == match,
      do: leading_count(string, match, size, count + 1),
      else: count
  end

  @doc "Replaces all trailing occurrences of `match`."
  @spec replace_trailing(t, t, t) :: t
  def replace_trailing(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "", do: raise_empty_match()
    size = byte_size(match)

    case trailing_count(string, match, byte_size(string), size, 0) do
      0 -> string
      count -> binary_part(string, 0, byte_size(string) - size * count) <> duplicate(replacement, count)
    end
  end

  defp trailing_count(string, match, left, size, count) do
    if left >= size and binary_part(string, left - size, size) == match,
      do: trailing_count(string, match, left - size, size, count + 1),
      else: count
  end

  defp raise_empty_match do
    raise ArgumentError, "cannot use an empty string as the match to replace"
  end

  @doc "Replaces `match` at the beginning, once."
  @spec replace_prefix(t, t, t) :: t
  def replace_prefix(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    size = byte_size(match)

    case string do
      <<^match::binary-size(size), rest::binary>> -> replacement <> rest
      _ -> string
    end
  end

  @doc "Replaces `match` at the end, once."
  @spec replace_suffix(t, t, t) :: t
  def replace_suffix(string, match, replacement)
      when is_binary(string) and is_binary(match) and is_binary(replacement) do
    keep = byte_size(string) - byte_size(match)

    if keep >= 0 and binary_part(string, keep, byte_size(match)) == match,
      do: binary_part(string, 0, keep) <> replacement,
      else: string
  end

  @doc "The string without white space at both ends."
  @spec trim(t) :: t
  def trim(string) when is_binary(string), do: :cordial_string.trim(string, :both)

  @doc "The string without `to_trim` at both ends."
  @spec trim(t, t) :: t
  def trim(string, to_trim) when is_binary(to_trim) do
    string |> trim_leading(to_trim) |> trim_trailing(to_trim)
  end

  @doc "The string without leading white space."
  @spec trim_leading(t) :: t
  def trim_leading(string) when is_binary(string), do: :cordial_string.trim(string, :leading)

  @doc "The string without leading `to_trim`."
  @spec trim_leading(t, t) :: t
  def trim_leading(string, to_trim) when is_binary(to_trim), do: replace_leading(string, to_trim, "")

  @doc "The string without trailing white space."
  @spec trim_trailing(t) :: t
  def trim_trailing(string) when is_binary(string), do: :cordial_string.trim(string, :trailing)

  @doc "The string without trailing `to_trim`."
  @spec trim_trailing(t, t) :: t
  def trim_trailing(string, to_trim) when is_binary(to_trim), do: replace_trailing(string, to_trim, "")

  @doc "Fills up to `count` graphemes at the front."
  @spec pad_leading(t, non_neg_integer, t | [t]) :: t
  def pad_leading(string, count, padding \\ [" "])

  def pad_leading(string, count, padding) when is_binary(padding) and padding != "" do
    pad_leading(string, count, graphemes(padding))
  end

  def pad_leading(string, count, [_ | _] = padding)
      when is_binary(string) and is_integer(count) and count >= 0 do
    case count - :cordial_string.length(string) do
      missing when missing > 0 -> IO.iodata_to_binary([filling(padding, padding, missing) | string])
      _ -> string
    end
  end

  @doc "Fills up to `count` graphemes at the end."
  @spec pad_trailing(t, non_neg_integer, t | [t]) :: t
  def pad_trailing(string, count, padding \\ [" "])

  def pad_trailing(string, count, padding) when is_binary(padding) and padding != "" do
    pad_trailing(string, count, graphemes(padding))
  end

  def pad_trailing(string, count, [_ | _] = padding)
      when is_binary(string) and is_integer(count) and count >= 0 do
    case count - :cordial_string.length(string) do
      missing when missing > 0 -> IO.iodata_to_binary([string | filling(padding, padding, missing)])
      _ -> string
    end
  end

  defp filling(_left, _all, 0), do: []
  defp filling([], all, missing), do: filling(all, all, missing)
  defp filling([pad | left], all, missing) when is_binary(pad), do: [pad | filling(left, all, missing - 1)]

  defp filling([pad | _], _all, _missing) do
    raise ArgumentError, "expected a string padding element, got: #{inspect(pad)}"
  end

  @doc "Replaces matches of `pattern`; `global: false` replaces the first alone."
  @spec replace(t, pattern | Regex.t(), t | (t -> t | iodata), keyword) :: t
  def replace(subject, pattern, replacement, options \\ [])

  def replace(subject, pattern, replacement, options)
      when is_binary(subject) and (is_binary(replacement) or is_function(replacement, 1)) and is_list(options) do
    String.Replace.replace(subject, pattern, replacement, options)
  end

  @doc "The graphemes from last to first."
  @spec reverse(t) :: t
  def reverse(string) when is_binary(string) do
    if :cordial_string.valid(string),
      do: reverse_valid(string),
      else: string |> chunk(:valid) |> Enum.map(&reverse_run/1) |> IO.iodata_to_binary()
  end

  # Invalid bytes stay where they are.
  defp reverse_run(run), do: if(:cordial_string.valid(run), do: reverse_valid(run), else: run)

  defp reverse_valid(string) do
    string |> :cordial_string.graphemes() |> :lists.reverse() |> IO.iodata_to_binary()
  end

  @doc "The string `n` times."
  @spec duplicate(t, non_neg_integer) :: t
  def duplicate(subject, n), do: :binary.copy(subject, n)

  @doc "The code points as strings."
  @spec codepoints(t) :: [codepoint]
  def codepoints(string) when is_binary(string), do: do_codepoints(string)

  defp do_codepoints(<<codepoint::utf8, rest::binary>>), do: [<<codepoint::utf8>> | do_codepoints(rest)]
  defp do_codepoints(<<byte, rest::binary>>), do: [<<byte>> | do_codepoints(rest)]
  defp do_codepoints(""), do: []

  @doc "The first code point and the rest, or `nil`."
  @spec next_codepoint(t) :: {codepoint, t} | nil
  def next_codepoint(string)
  def next_codepoint(<<codepoint::utf8, rest::binary>>), do: {<<codepoint::utf8>>, rest}
  def next_codepoint(<<byte, rest::binary>>), do: {<<byte>>, rest}
  def next_codepoint(<<>>), do: nil

  @doc "Whether the binary is valid UTF-8."
  @spec valid?(t, :default | :fast_ascii) :: boolean
  def valid?(string, algorithm \\ :default)

  def valid?(string, algorithm) when is_binary(string) and algorithm in [:default, :fast_ascii] do
    :cordial_string.valid(string)
  end

  @doc "Replaces every invalid sequence with `replacement`."
  @spec replace_invalid(t, t) :: t
  def replace_invalid(string, replacement \\ "�") when is_binary(string) and is_binary(replacement) do
    if :cordial_string.valid(string), do: string, else: String.Chunk.replace_invalid(string, replacement)
  end

  @doc "Splits into runs that are valid or not (`:valid`), or printable or not (`:printable`)."
  @spec chunk(t, :valid | :printable) :: [t]
  def chunk(string, trait)
  def chunk("", trait) when trait in [:valid, :printable], do: []
  def chunk(string, trait) when is_binary(string) and trait in [:valid, :printable], do: String.Chunk.chunk(string, trait)

  @doc "The graphemes: what a reader takes for characters."
  @spec graphemes(t) :: [grapheme]
  def graphemes(string) when is_binary(string), do: :cordial_string.graphemes(string)

  @doc "The first grapheme and the rest, or `nil`."
  @spec next_grapheme(t) :: {grapheme, t} | nil
  def next_grapheme(string) when is_binary(string), do: :cordial_string.next_grapheme(string)

  @doc false
  @deprecated "Use String.next_grapheme/1 instead"
  def next_grapheme_size(string) when is_binary(string) do
    case :cordial_string.next_grapheme(string) do
      {grapheme, rest} -> {byte_size(grapheme), rest}
      nil -> nil
    end
  end

  @doc "The first grapheme, or `nil`."
  @spec first(t) :: grapheme | nil
  def first(string) when is_binary(string) do
    case :cordial_string.next_grapheme(string) do
      {grapheme, _} -> grapheme
      nil -> nil
    end
  end

  @doc "The last grapheme, or `nil`."
  @spec last(t) :: grapheme | nil
  def last(""), do: nil

  def last(string) when is_binary(string) do
    {bytes, _} = :cordial_string.skip(string, :cordial_string.length(string) - 1)
    binary_part(string, bytes, byte_size(string) - bytes)
  end

  @doc "The number of graphemes."
  @spec length(t) :: non_neg_integer
  def length(string) when is_binary(string), do: :cordial_string.length(string)

  @doc "The grapheme at `position` (negative: from the end), or `nil`."
  @spec at(t, integer) :: grapheme | nil
  def at(string, position) when is_binary(string) and is_integer(position) do
    position = if position < 0, do: :cordial_string.length(string) + position, else: position

    if position >= 0 do
      {bytes, counted} = :cordial_string.skip(string, position)

      if counted == position,
        do: first(binary_part(string, bytes, byte_size(string) - bytes)),
        else: nil
    end
  end

  @doc "`length` graphemes from `start` on (negative: counted from the end)."
  @spec slice(t, integer, non_neg_integer) :: t
  def slice(string, start, length)

  def slice(string, start, 0) when is_binary(string) and is_integer(start), do: ""

  def slice(string, start, length)
      when is_binary(string) and is_integer(start) and is_integer(length) and length >= 0 do
    start = if start < 0, do: max(:cordial_string.length(string) + start, 0), else: start
    {skipped, _} = :cordial_string.skip(string, start)
    rest = binary_part(string, skipped, byte_size(string) - skipped)
    {bytes, _} = :cordial_string.skip(rest, length)
    binary_part(rest, 0, bytes)
  end

  @doc "The graphemes at the positions of `range`."
  @spec slice(t, Range.t()) :: t
  def slice(string, first..last//step = range) when is_binary(string) do
    cond do
      step > 0 ->
        slice_range(string, first, last, step)

      step == -1 and first > last ->
        IO.warn("negative steps are not supported in String.slice/2, pass #{first}..#{last}//1 instead")
        slice_range(string, first, last, 1)

      true ->
        raise ArgumentError,
              "String.slice/2 does not accept ranges with negative steps, got: #{inspect(range)}"
    end
  end

  defp slice_range(string, first, last, step) when first < 0 or last < 0 do
    size = :cordial_string.length(string)
    first = if first < 0, do: max(first + size, 0), else: first
    last = if last < 0, do: last + size, else: last
    if first > last or last < 0, do: "", else: slice_range(string, first, last, step)
  end

  defp slice_range(_string, first, last, _step) when first > last, do: ""
  defp slice_range(string, first, last, 1), do: slice(string, first, last - first + 1)

  defp slice_range(string, first, last, step) do
    string
    |> slice(first, last - first + 1)
    |> graphemes()
    |> Enum.take_every(step)
    |> IO.iodata_to_binary()
  end

  @doc "At most `size_bytes` bytes from `start_bytes` on, without cut code points at the ends."
  @spec byte_slice(t, integer, non_neg_integer) :: t
  def byte_slice(string, start_bytes, size_bytes)
      when is_binary(string) and is_integer(start_bytes) and is_integer(size_bytes) and size_bytes >= 0 do
    total = byte_size(string)
    start = if start_bytes < 0, do: max(total + start_bytes, 0), else: start_bytes

    if start < total and size_bytes > 0,
      do: String.Chunk.byte_slice(string, start, size_bytes),
      else: ""
  end

  @doc "Whether the string begins with `prefix`, or one of them."
  @spec starts_with?(t, t | [t]) :: boolean
  def starts_with?(string, prefix) when is_binary(string) and is_binary(prefix) do
    size = byte_size(prefix)
    byte_size(string) >= size and binary_part(string, 0, size) == prefix
  end

  def starts_with?(string, prefixes) when is_binary(string) and is_list(prefixes) do
    Enum.any?(prefixes, &starts_with?(string, &1))
  end

  def starts_with?(string, prefix) when is_binary(string), do: match_at_start?(string, prefix)

  defp match_at_start?(string, pattern), do: Kernel.match?({0, _}, :binary.match(string, pattern))

  @doc "Whether the string ends with `suffix`, or one of them."
  @spec ends_with?(t, t | [t]) :: boolean
  def ends_with?(string, suffix) when is_binary(string) and is_binary(suffix) do
    size = byte_size(suffix)
    start = byte_size(string) - size
    start >= 0 and binary_part(string, start, size) == suffix
  end

  def ends_with?(string, suffixes) when is_binary(string) and is_list(suffixes) do
    Enum.any?(suffixes, &ends_with?(string, &1))
  end

  @doc "Whether `regex` matches."
  @spec match?(t, Regex.t()) :: boolean
  def match?(string, regex) when is_binary(string), do: Regex.match?(regex, string)

  @doc "Whether the string contains `contents`, or one of them."
  @spec contains?(t, [t] | pattern) :: boolean
  def contains?(string, contents)
  def contains?(string, "") when is_binary(string), do: true
  def contains?(string, []) when is_binary(string), do: false

  def contains?(string, contents) when is_binary(string) and is_list(contents) do
    :lists.member("", contents) or :binary.match(string, contents) != :nomatch
  end

  def contains?(string, contents) when is_binary(string), do: :binary.match(string, contents) != :nomatch

  @doc "The code points as integers."
  @spec to_charlist(t) :: charlist
  def to_charlist(string) when is_binary(string) do
    case :unicode.characters_to_list(string) do
      result when is_list(result) ->
        result

      {:error, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid

      {:incomplete, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  end

  @doc "The atom with this name."
  @spec to_atom(t) :: atom
  def to_atom(string), do: :erlang.binary_to_atom(string, :utf8)

  @doc "The atom with this name, which must exist."
  @spec to_existing_atom(t) :: atom
  def to_existing_atom(string), do: :erlang.binary_to_existing_atom(string, :utf8)

  @doc "The integer that the string spells."
  @spec to_integer(t) :: integer
  def to_integer(string), do: :erlang.binary_to_integer(string)

  @doc "The integer that the string spells in `base`."
  @spec to_integer(t, 2..36) :: integer
  def to_integer(string, base), do: :erlang.binary_to_integer(string, base)

  @doc "The float that the string spells."
  @spec to_float(t) :: float
  def to_float(string), do: :erlang.binary_to_float(string)

  @doc "How alike two strings are by their bags of graphemes: 0.0 to 1.0."
  @spec bag_distance(t, t) :: float
  def bag_distance(_string, ""), do: 0.0
  def bag_distance("", _string), do: 0.0

  def bag_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    String.Distance.bag(graphemes(string1), graphemes(string2))
  end

  @doc "How alike two strings are by Jaro: 0.0 to 1.0."
  @spec jaro_distance(t, t) :: float
  def jaro_distance(string1, string2)
  def jaro_distance(string, string), do: 1.0
  def jaro_distance(_string, ""), do: 0.0
  def jaro_distance("", _string), do: 0.0

  def jaro_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    String.Distance.jaro(graphemes(string1), graphemes(string2))
  end

  @doc "A shortest edit script from one string to the other."
  @spec myers_difference(t, t) :: [{:eq | :ins | :del, t}]
  def myers_difference(string1, string2) when is_binary(string1) and is_binary(string2) do
    graphemes(string1)
    |> List.myers_difference(graphemes(string2))
    |> Enum.map(fn {kind, chars} -> {kind, IO.iodata_to_binary(chars)} end)
  end
end
