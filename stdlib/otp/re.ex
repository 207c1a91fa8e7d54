defmodule :re do
  @moduledoc false
  # What of Erlang's :re is not native: split and replace.

  def split(subject, regex), do: split(subject, regex, [])

  def split(subject, regex, options) do
    {return, options} = take(options, :return, :iodata)
    {parts, options} = take(options, :parts, :infinity)
    trim? = :lists.member(:trim, options)
    group? = :lists.member(:group, options)
    options = options -- [:trim, :group]
    unicode? = unicode?(regex, options)
    text = text(subject, unicode?)

    matches =
      case :re.run(text, regex, [:global, {:capture, :all, :index} | options]) do
        {:match, matches} -> matches
        :nomatch -> []
      end

    pieces = text |> pieces(matches, 0, limit(parts)) |> trim(trim? or parts == 0)
    convert = &convert(&1, return, unicode?)

    if group? do
      :lists.map(fn {piece, groups} -> :lists.map(convert, [piece | groups]) end, pieces)
    else
      :lists.flatmap(fn {piece, groups} -> :lists.map(convert, [piece | groups]) end, pieces)
    end
  end

  defp limit(0), do: :infinity
  defp limit(parts), do: parts

  defp trim(pieces, true), do: pieces |> :lists.reverse() |> drop_empty() |> :lists.reverse()
  defp trim(pieces, false), do: pieces

  defp drop_empty([{"", []} | rest]), do: drop_empty(rest)
  defp drop_empty(pieces), do: pieces

  defp take(options, key, default) do
    case :lists.keytake(key, 1, options) do
      {:value, {_, value}, options} -> {value, options}
      false -> {default, options}
    end
  end

  defp unicode?(regex, options) do
    case regex do
      {:re_pattern, _, unicode, _, _} -> unicode != 0
      _ -> :lists.member(:unicode, options)
    end
  end

  defp text(subject, true), do: :unicode.characters_to_binary(subject)
  defp text(subject, false), do: :erlang.iolist_to_binary(subject)

  # Groups of a match belong to the piece before it. Empty matches at the start and the end cut nothing.
  defp pieces(text, matches, from, limit) when matches == [] or limit == 1 do
    [{binary_part(text, from, byte_size(text) - from), []}]
  end

  defp pieces(text, [[{start, 0} | _] | rest], from, limit) when start == from or start == byte_size(text) do
    pieces(text, rest, from, limit)
  end

  defp pieces(text, [[{start, size} | groups] | rest], from, limit) do
    groups = :lists.map(fn {at, length} -> if(at < 0, do: "", else: binary_part(text, at, length)) end, groups)
    limit = if is_integer(limit), do: limit - 1, else: limit
    [{binary_part(text, from, start - from), groups} | pieces(text, rest, start + size, limit)]
  end

  defp convert(binary, :list, true), do: :unicode.characters_to_list(binary)
  defp convert(binary, :list, false), do: :erlang.binary_to_list(binary)
  defp convert(binary, _return, _unicode?), do: binary

  def replace(subject, regex, replacement), do: replace(subject, regex, replacement, [])

  def replace(subject, regex, replacement, options) do
    {return, options} = take(options, :return, :iodata)
    global? = :lists.member(:global, options)
    unicode? = unicode?(regex, options)
    text = text(subject, unicode?)
    parts = if is_function(replacement, 2), do: replacement, else: template(text(replacement, unicode?))

    result =
      case :re.run(text, regex, [{:capture, :all, :index} | options]) do
        :nomatch -> text
        {:match, matches} when global? -> replaced(text, matches, 0, parts)
        {:match, match} -> replaced(text, [match], 0, parts)
      end

    case return do
      :iodata when is_binary(result) -> result
      :iodata -> result
      :binary -> :erlang.iolist_to_binary(result)
      :list -> convert(:erlang.iolist_to_binary(result), :list, unicode?)
    end
  end

  defp replaced(text, [[{start, size} | _] = match | rest], from, parts) do
    [binary_part(text, from, start - from), new(text, match, parts) | replaced(text, rest, start + size, parts)]
  end

  defp replaced(text, [], from, _parts), do: [binary_part(text, from, byte_size(text) - from)]

  defp new(text, [whole | groups], fun) when is_function(fun) do
    :erlang.iolist_to_binary(fun.(group(text, whole), :lists.map(&group(text, &1), groups)))
  end

  defp new(text, match, parts) do
    :erlang.iolist_to_binary(
      :lists.map(
        fn
          number when is_integer(number) -> if number < length(match), do: group(text, :lists.nth(number + 1, match)), else: ""
          {:text, part} -> part
        end,
        parts
      )
    )
  end

  defp group(_text, {start, _}) when start < 0, do: ""
  defp group(text, {start, size}), do: binary_part(text, start, size)

  # & and \0 stand for the match, \N, \gN and \g{N} for its groups.
  defp template(<<?&, rest::binary>>), do: [0 | template(rest)]
  defp template(<<?\\, ?&, rest::binary>>), do: [{:text, "&"} | template(rest)]
  defp template(<<?\\, ?\\, rest::binary>>), do: [{:text, "\\"} | template(rest)]

  defp template(<<?\\, ?g, ?{, rest::binary>>) do
    {number, <<?}, rest::binary>>} = number(rest, 0)
    [number | template(rest)]
  end

  defp template(<<?\\, ?g, digit, rest::binary>>) when digit in ?0..?9 do
    {number, rest} = number(<<digit, rest::binary>>, 0)
    [number | template(rest)]
  end

  defp template(<<?\\, digit, rest::binary>>) when digit in ?0..?9 do
    {number, rest} = number(<<digit, rest::binary>>, 0)
    [number | template(rest)]
  end

  defp template(<<byte, rest::binary>>), do: [{:text, <<byte>>} | template(rest)]
  defp template(<<>>), do: []

  defp number(<<digit, rest::binary>>, n) when digit in ?0..?9, do: number(rest, n * 10 + digit - ?0)
  defp number(rest, n), do: {n, rest}
end
