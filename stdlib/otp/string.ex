defmodule :string do
  @moduledoc false
  # Erlang's strings: lists or binaries of characters, seen as graphemes. What comes in as
  # a binary goes out as one.

  import Kernel, except: [length: 1]

  defp clusters(string) when is_binary(string), do: :cordial_string.graphemes(string)
  defp clusters(string), do: string |> :unicode.characters_to_binary() |> :cordial_string.graphemes()

  defp back(clusters, like) when is_binary(like), do: :erlang.iolist_to_binary(clusters)
  defp back(clusters, _like), do: :unicode.characters_to_list(clusters)

  defp binary(string) when is_binary(string), do: string
  defp binary(string), do: :unicode.characters_to_binary(string)

  defp like(binary, like) when is_binary(like), do: binary
  defp like(binary, _like), do: :unicode.characters_to_list(binary)

  defp char(char) when is_integer(char), do: <<char::utf8>>
  defp char(cluster), do: :unicode.characters_to_binary(cluster)

  @white_space [?\s, ?\t, ?\n, ?\r, ?\v, ?\f, 0x85, 0x200E, 0x200F, 0x2028, 0x2029]

  defp white_space, do: ["\r\n" | :lists.map(&char/1, @white_space)]

  defp each(list, fun), do: :lists.map(fun, list)
  defp drop_while(list, fun), do: :lists.dropwhile(fun, list)

  ## Whole strings

  def is_empty(string), do: binary(string) == ""
  def length(string), do: string |> binary() |> :cordial_string.length()
  def to_graphemes(string), do: string |> clusters() |> each(&cluster/1)

  defp cluster(binary) do
    case :unicode.characters_to_list(binary) do
      [char] -> char
      chars -> chars
    end
  end

  def reverse(string), do: string |> clusters() |> :lists.reverse() |> each(&cluster/1)

  def equal(a, b), do: binary(a) == binary(b)
  def equal(a, b, true), do: casefold(binary(a)) == casefold(binary(b))
  def equal(a, b, false), do: equal(a, b)
  def equal(a, b, ignore_case?, :none), do: equal(a, b, ignore_case?)

  def equal(a, b, ignore_case?, form) do
    equal(:cordial_string.normalize(binary(a), form), :cordial_string.normalize(binary(b), form), ignore_case?)
  end

  def slice(string, start) do
    text = binary(string)
    {bytes, _} = :cordial_string.skip(text, start)
    like(binary_part(text, bytes, byte_size(text) - bytes), string)
  end

  def slice(string, start, :infinity), do: slice(string, start)

  def slice(string, start, length) do
    text = binary(slice(string, start))
    {bytes, _} = :cordial_string.skip(text, length)
    like(binary_part(text, 0, bytes), string)
  end

  def pad(string, length), do: pad(string, length, :trailing, ?\s)
  def pad(string, length, direction), do: pad(string, length, direction, ?\s)

  def pad(string, length, :trailing, char), do: [string | :lists.duplicate(missing(string, length), char)]
  def pad(string, length, :leading, char), do: [:lists.duplicate(missing(string, length), char), string]

  def pad(string, length, :both, char) do
    missing = missing(string, length)
    side = :lists.duplicate(div(missing, 2), char)
    [side, string, side | :lists.duplicate(rem(missing, 2), char)]
  end

  defp missing(string, length), do: max(length - __MODULE__.length(string), 0)

  def trim(string), do: trim(string, :both)
  def trim(string, direction), do: trim_set(string, direction, white_space())
  def trim(string, direction, characters), do: trim_set(string, direction, :lists.map(&char/1, characters))

  defp trim_set(string, direction, set) do
    clusters = clusters(string)
    clusters = if direction in [:leading, :both], do: drop(clusters, set), else: clusters
    clusters = if direction in [:trailing, :both], do: clusters |> :lists.reverse() |> drop(set) |> :lists.reverse(), else: clusters
    back(clusters, string)
  end

  defp drop(clusters, set), do: :lists.dropwhile(&:lists.member(&1, set), clusters)

  def chomp(string) do
    clusters = :lists.reverse(clusters(string))
    clusters |> drop_while(&(&1 in ["\n", "\r\n"])) |> :lists.reverse() |> back(string)
  end

  def take(string, characters), do: take(string, characters, false, :leading)
  def take(string, characters, complement?), do: take(string, characters, complement?, :leading)

  def take(string, characters, complement?, :leading) do
    {taken, rest} = string |> clusters() |> taken(:lists.map(&char/1, characters), complement?)
    {back(taken, string), back(rest, string)}
  end

  def take(string, characters, complement?, :trailing) do
    {taken, rest} = string |> clusters() |> :lists.reverse() |> taken(:lists.map(&char/1, characters), complement?)
    {back(:lists.reverse(rest), string), back(:lists.reverse(taken), string)}
  end

  defp taken(clusters, set, complement?), do: :lists.splitwith(&(:lists.member(&1, set) != complement?), clusters)

  def uppercase(string), do: string |> binary() |> :cordial_string.upcase(:default) |> like(string)
  def lowercase(string), do: string |> binary() |> :cordial_string.downcase(:default) |> like(string)

  def titlecase(string) do
    {first, rest} = :cordial_string.titlecase_first(binary(string), :default)
    like(first <> rest, string)
  end

  def casefold(string) do
    folded = string |> binary() |> :cordial_string.downcase(:default) |> :binary.replace("ß", "ss", [:global]) |> :binary.replace("ς", "σ", [:global])
    like(folded, string)
  end

  def prefix(string, prefix) do
    text = binary(string)
    prefix = binary(prefix)
    size = byte_size(prefix)

    case text do
      <<^prefix::binary-size(size), rest::binary>> -> like(rest, string)
      _ -> :nomatch
    end
  end

  def split(string, pattern), do: split(string, pattern, :leading)

  def split(string, pattern, where) do
    text = binary(string)

    case {where, binary(pattern)} do
      {_, ""} -> [string]
      {:leading, pattern} -> :binary.split(text, pattern) |> each(&like(&1, string))
      {:all, pattern} -> :binary.split(text, pattern, [:global]) |> each(&like(&1, string))
      {:trailing, pattern} -> last_split(text, pattern) |> each(&like(&1, string))
    end
  end

  defp last_split(text, pattern) do
    case :binary.matches(text, pattern) do
      [] ->
        [text]

      matches ->
        {at, size} = :lists.last(matches)
        [binary_part(text, 0, at), binary_part(text, at + size, byte_size(text) - at - size)]
    end
  end

  def replace(string, pattern, replacement), do: replace(string, pattern, replacement, :leading)

  def replace(string, pattern, replacement, where) do
    :lists.join(replacement, split(string, pattern, where))
  end

  def find(string, pattern), do: find(string, pattern, :leading)

  def find(string, pattern, where) do
    text = binary(string)

    case {binary(pattern), where} do
      {"", _} ->
        string

      {pattern, :leading} ->
        case :binary.match(text, pattern) do
          {at, _} -> like(binary_part(text, at, byte_size(text) - at), string)
          :nomatch -> :nomatch
        end

      {pattern, :trailing} ->
        case :binary.matches(text, pattern) do
          [] -> :nomatch
          matches -> matches |> :lists.last() |> then(fn {at, _} -> like(binary_part(text, at, byte_size(text) - at), string) end)
        end
    end
  end

  def lexemes(string, separators) do
    set = :lists.map(&char/1, separators)
    string |> clusters() |> lexemes_1(set) |> each(&back(&1, string))
  end

  defp lexemes_1(clusters, set) do
    case drop(clusters, set) do
      [] ->
        []

      clusters ->
        {lexeme, rest} = :lists.splitwith(&(not :lists.member(&1, set)), clusters)
        [lexeme | lexemes_1(rest, set)]
    end
  end

  def nth_lexeme(string, n, separators), do: :lists.nth(n, lexemes(string, separators))

  def next_grapheme(string) do
    case :cordial_string.next_grapheme(binary(string)) do
      {cluster, rest} when is_binary(string) -> [cluster(cluster) | rest]
      {cluster, rest} -> [cluster(cluster) | :unicode.characters_to_list(rest)]
      nil -> []
    end
  end

  def next_codepoint(string) do
    case binary(string) do
      <<char::utf8, rest::binary>> -> [char | like(rest, string)]
      "" -> []
      rest -> {:error, rest}
    end
  end

  def to_integer(string), do: number(string, &integer_size/1, &:erlang.binary_to_integer/1, :no_integer)
  def to_float(string), do: number(string, &float_size/1, &:erlang.binary_to_float/1, :no_float)
  def list_to_integer(string), do: to_integer(string)
  def list_to_float(string), do: to_float(string)

  defp number(string, size, convert, error) do
    text = binary(string)

    case size.(text) do
      0 -> {:error, error}
      size -> {convert.(binary_part(text, 0, size)), like(binary_part(text, size, byte_size(text) - size), string)}
    end
  end

  defp integer_size(text), do: matched(text, "^[+-]?[0-9]+")
  defp float_size(text), do: matched(text, "^[+-]?[0-9]+\\.[0-9]+([eE][+-]?[0-9]+)?")

  defp matched(text, regex) do
    case :re.run(text, regex, [{:capture, :first, :index}]) do
      {:match, [{0, size}]} -> size
      :nomatch -> 0
    end
  end

  def jaro_similarity(a, b) do
    case {clusters(a), clusters(b)} do
      {same, same} -> 1.0
      {[], _} -> 0.0
      {_, []} -> 0.0
      {list1, list2} -> String.Distance.jaro(list1, list2)
    end
  end

  ## The older functions, over lists

  def len(string), do: Kernel.length(string)
  def concat(a, b), do: a ++ b
  def chr(string, char), do: index(string, char, 1, 0)
  def rchr(string, char), do: last_index(string, char, 1, 0)

  defp index([char | _], char, at, _found), do: at
  defp index([_ | rest], char, at, found), do: index(rest, char, at + 1, found)
  defp index([], _char, _at, found), do: found

  defp last_index([char | rest], char, at, _found), do: last_index(rest, char, at + 1, at)
  defp last_index([_ | rest], char, at, found), do: last_index(rest, char, at + 1, found)
  defp last_index([], _char, _at, found), do: found

  def str(string, sub), do: str(string, sub, 1)
  defp str(string, sub, at) do
    cond do
      :lists.prefix(sub, string) -> at
      string == [] -> 0
      true -> str(tl(string), sub, at + 1)
    end
  end

  def rstr(string, sub), do: rstr(string, sub, 1, 0)
  defp rstr([], sub, at, found), do: if(sub == [], do: at, else: found)
  defp rstr(string, sub, at, found), do: rstr(tl(string), sub, at + 1, if(:lists.prefix(sub, string), do: at, else: found))

  def span(string, chars), do: Kernel.length(:lists.takewhile(&:lists.member(&1, chars), string))
  def cspan(string, chars), do: Kernel.length(:lists.takewhile(&(not :lists.member(&1, chars)), string))

  def substr(string, start), do: :lists.nthtail(start - 1, string)
  def substr(string, start, length), do: :lists.sublist(string, start, length)

  def tokens(string, separators), do: tokens_1(string, separators)

  defp tokens_1(string, separators) do
    case :lists.dropwhile(&:lists.member(&1, separators), string) do
      [] ->
        []

      string ->
        {token, rest} = :lists.splitwith(&(not :lists.member(&1, separators)), string)
        [token | tokens_1(rest, separators)]
    end
  end

  def chars(char, count), do: :lists.duplicate(count, char)
  def chars(char, count, tail), do: :lists.duplicate(count, char) ++ tail
  def copies(string, count), do: :lists.append(:lists.duplicate(count, string))

  def words(string), do: words(string, ?\s)
  def words(string, separator), do: Kernel.length(tokens(string, [separator]))
  def sub_word(string, index), do: sub_word(string, index, ?\s)

  def sub_word(string, index, separator) do
    words = tokens(string, [separator])
    if index <= Kernel.length(words), do: :lists.nth(index, words), else: []
  end

  def strip(string), do: strip(string, :both, ?\s)
  def strip(string, direction), do: strip(string, direction, ?\s)
  def strip(string, :left, char), do: :lists.dropwhile(&(&1 == char), string)
  def strip(string, :right, char), do: string |> :lists.reverse() |> strip(:left, char) |> :lists.reverse()
  def strip(string, :both, char), do: string |> strip(:left, char) |> strip(:right, char)

  def left(string, length), do: left(string, length, ?\s)
  def left(string, length, char), do: :lists.sublist(string, length) ++ :lists.duplicate(max(length - Kernel.length(string), 0), char)

  def right(string, length), do: right(string, length, ?\s)

  def right(string, length, char) do
    excess = Kernel.length(string) - length
    if excess >= 0, do: :lists.nthtail(excess, string), else: :lists.duplicate(-excess, char) ++ string
  end

  def centre(string, length), do: centre(string, length, ?\s)
  def centre(_string, 0, _char), do: []

  def centre(string, length, char) do
    case length - Kernel.length(string) do
      missing when missing > 0 ->
        left = div(missing, 2)
        :lists.duplicate(left, char) ++ string ++ :lists.duplicate(missing - left, char)

      missing ->
        :lists.sublist(string, div(-missing, 2) + 1, length)
    end
  end

  def sub_string(string, start), do: substr(string, start)
  def sub_string(string, start, stop), do: substr(string, start, stop - start + 1)

  def join([], _separator), do: []
  def join([head | tail], separator), do: head ++ :lists.append(:lists.map(&(separator ++ &1), tail))

  def to_lower(char) when is_integer(char), do: if(char in ?A..?Z or (char in 0xC0..0xDE and char != 0xD7), do: char + 32, else: char)
  def to_lower(string), do: :lists.map(&to_lower/1, string)
  def to_upper(char) when is_integer(char), do: if(char in ?a..?z or (char in 0xE0..0xFE and char != 0xF7), do: char - 32, else: char)
  def to_upper(string), do: :lists.map(&to_upper/1, string)
end
