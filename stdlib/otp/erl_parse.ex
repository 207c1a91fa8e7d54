# Terms in Erlang's own syntax, as configuration files and prompts have them.
defmodule :erl_parse do
  @moduledoc false

  # All terms of a text, each ended by a full stop: {:ok, terms} | {:error, {line, module, reason}}.
  def consult(text) do
    try do
      {:ok, terms(skip(text, 1), [])}
    catch
      :throw, {:syntax, line, what} ->
        {:error, {line, :erl_parse, [~c"syntax error before: ", what]}}
    end
  end

  # The first term of a text.
  def parse_line(text) do
    try do
      {term, _rest} = term(skip(text, 1))
      {:ok, term}
    catch
      :throw, {:syntax, line, what} -> {:error, {line, :erl_parse, [~c"syntax error before: ", what]}}
    end
  end

  def format_error(message), do: :lists.flatten(:lists.map(&:unicode.characters_to_list/1, message))

  defp terms({"", _line}, acc), do: :lists.reverse(acc)

  defp terms(at, acc) do
    {term, rest} = term(at)

    case rest do
      {<<".", more::binary>>, line} -> terms(skip(more, line), [term | acc])
      other -> wrong(other)
    end
  end

  # Blanks and comments.
  defp skip(<<"\n", rest::binary>>, line), do: skip(rest, line + 1)
  defp skip(<<c, rest::binary>>, line) when c == ?\s or c == ?\t or c == ?\r, do: skip(rest, line)

  defp skip(<<"%", rest::binary>>, line) do
    case :binary.split(rest, "\n") do
      [_, more] -> skip(more, line + 1)
      [_] -> {"", line}
    end
  end

  defp skip(text, line), do: {text, line}

  defp wrong({"", line}), do: :erlang.throw({:syntax, line, []})
  defp wrong({<<c::utf8, _::binary>>, line}), do: :erlang.throw({:syntax, line, [~c"'", [c], ~c"'"]})

  defp term({<<"{", rest::binary>>, line}) do
    {items, rest} = items(skip(rest, line), ?}, [])
    {:erlang.list_to_tuple(items), rest}
  end

  defp term({<<"[", rest::binary>>, line}), do: items(skip(rest, line), ?], [])

  defp term({<<"\#{", rest::binary>>, line}) do
    {pairs, rest} = pairs(skip(rest, line), [])
    {:maps.from_list(pairs), rest}
  end

  defp term({<<"<<", rest::binary>>, line}), do: binary(skip(rest, line), [])

  defp term({<<"\"", rest::binary>>, line}) do
    {chars, {rest, line}} = quoted(rest, line, ?", [])
    next = skip(rest, line)

    # Strings side by side are one.
    case next do
      {<<"\"", _::binary>>, _} ->
        {more, rest} = term(next)
        {chars ++ more, rest}

      _ ->
        {chars, next}
    end
  end

  defp term({<<"'", rest::binary>>, line}) do
    {chars, {rest, line}} = quoted(rest, line, ?', [])
    {:erlang.list_to_atom(chars), skip(rest, line)}
  end

  defp term({<<"$\\", rest::binary>>, line}) do
    {char, rest} = escape(rest)
    {char, skip(rest, line)}
  end

  defp term({<<"$", char::utf8, rest::binary>>, line}), do: {char, skip(rest, line)}

  defp term({<<"-", rest::binary>>, line}) do
    {number, rest} = term(skip(rest, line))
    {-number, rest}
  end

  defp term({<<c, _::binary>> = text, line}) when c >= ?0 and c <= ?9 do
    {:match, [{0, size}]} = :re.run(text, "^([0-9]+#[0-9A-Za-z]+|[0-9_]+\\.[0-9]+([eE][-+]?[0-9]+)?|[0-9_]+)", capture: :first)
    <<digits::binary-size(size), rest::binary>> = text
    {number(:binary.replace(digits, "_", "", [:global])), skip(rest, line)}
  end

  defp term({<<c, _::binary>> = text, line}) when c >= ?a and c <= ?z do
    {:match, [{0, size}]} = :re.run(text, "^[a-z][A-Za-z0-9_@]*", capture: :first)
    <<name::binary-size(size), rest::binary>> = text
    {:erlang.binary_to_atom(name), skip(rest, line)}
  end

  defp term(other), do: wrong(other)

  defp number(digits) do
    case :binary.split(digits, "#") do
      [base, rest] ->
        :erlang.binary_to_integer(rest, :erlang.binary_to_integer(base))

      [digits] ->
        case :binary.match(digits, ".") do
          :nomatch -> :erlang.binary_to_integer(digits)
          _ -> :erlang.binary_to_float(digits)
        end
    end
  end

  defp items({<<close, rest::binary>>, line}, close, []), do: {[], skip(rest, line)}

  defp items(at, close, acc) do
    {item, rest} = term(at)

    case rest do
      {<<",", more::binary>>, line} ->
        items(skip(more, line), close, [item | acc])

      {<<"|", more::binary>>, line} when close == ?] ->
        {tail, rest} = term(skip(more, line))
        {:lists.reverse([item | acc], tail), expect(rest, close)}

      {<<^close, more::binary>>, line} ->
        {:lists.reverse([item | acc]), skip(more, line)}

      other ->
        wrong(other)
    end
  end

  defp expect({<<close, rest::binary>>, line}, close), do: skip(rest, line)
  defp expect(other, _close), do: wrong(other)

  defp pairs({<<"}", rest::binary>>, line}, acc), do: {acc, skip(rest, line)}

  defp pairs(at, acc) do
    {key, rest} = term(at)

    case rest do
      {<<"=>", more::binary>>, line} ->
        {value, rest} = term(skip(more, line))

        case rest do
          {<<",", more::binary>>, line} -> pairs(skip(more, line), [{key, value} | acc])
          {<<"}", _::binary>>, _} -> pairs(rest, [{key, value} | acc])
          other -> wrong(other)
        end

      other ->
        wrong(other)
    end
  end

  defp binary({<<">>", rest::binary>>, line}, acc),
    do: {:erlang.iolist_to_binary(:lists.reverse(acc)), skip(rest, line)}

  defp binary({<<",", rest::binary>>, line}, acc), do: binary(skip(rest, line), acc)

  defp binary(at, acc) do
    {part, rest} = term(at)

    case rest do
      {<<"/utf8", more::binary>>, line} -> binary(skip(more, line), [:unicode.characters_to_binary(part) | acc])
      _ -> binary(rest, [part | acc])
    end
  end

  defp quoted(<<close, rest::binary>>, line, close, acc), do: {:lists.reverse(acc), {rest, line}}

  defp quoted(<<"\\", rest::binary>>, line, close, acc) do
    {char, rest} = escape(rest)
    quoted(rest, line, close, [char | acc])
  end

  defp quoted(<<"\n", rest::binary>>, line, close, acc), do: quoted(rest, line + 1, close, [?\n | acc])
  defp quoted(<<c::utf8, rest::binary>>, line, close, acc), do: quoted(rest, line, close, [c | acc])
  defp quoted(_, line, _close, _acc), do: wrong({"", line})

  defp escape(<<"n", rest::binary>>), do: {?\n, rest}
  defp escape(<<"t", rest::binary>>), do: {?\t, rest}
  defp escape(<<"r", rest::binary>>), do: {?\r, rest}
  defp escape(<<"s", rest::binary>>), do: {?\s, rest}
  defp escape(<<"e", rest::binary>>), do: {?\e, rest}
  defp escape(<<"0", rest::binary>>), do: {0, rest}
  defp escape(<<"b", rest::binary>>), do: {?\b, rest}
  defp escape(<<"f", rest::binary>>), do: {?\f, rest}
  defp escape(<<"v", rest::binary>>), do: {?\v, rest}
  defp escape(<<"d", rest::binary>>), do: {127, rest}

  defp escape(<<"x{", rest::binary>>) do
    [hex, rest] = :binary.split(rest, "}")
    {:erlang.binary_to_integer(hex, 16), rest}
  end

  defp escape(<<"x", hex::binary-size(2), rest::binary>>), do: {:erlang.binary_to_integer(hex, 16), rest}
  defp escape(<<c::utf8, rest::binary>>), do: {c, rest}
end
