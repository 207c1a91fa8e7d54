defmodule EEx.Tokenizer do
  @moduledoc false
  # Text becomes {:text, chars, meta}, {kind, marker, chars, meta} for tags (kind :expr, :start_expr,
  # :middle_expr or :end_expr), {:comment, chars, meta} and {:eof, meta}.

  def tokenize(source, options) do
    line = options[:line] || 1
    column = (options[:indentation] || 0) + 1
    trim = options[:trim] || false

    with {:ok, tokens} <- scan(source, line, column, [], {line, column}, []) do
      {:ok, if(trim, do: trim(tokens), else: tokens)}
    end
  end

  defp meta({line, column}), do: %{line: line, column: column}

  # `text` is the text so far, reversed; `from` where it began.
  defp scan("<%%" <> rest, line, column, text, from, acc),
    do: scan(rest, line, column + 3, [?%, ?< | text], from, acc)

  defp scan("<%!--" <> rest, line, column, text, from, acc) do
    case :binary.split(rest, "--%>") do
      [comment, rest] ->
        {line2, column2} = advance(comment, line, column + 5)
        acc = [{:comment, String.to_charlist(comment), meta({line, column})} | push(text, from, acc)]
        scan(rest, line2, column2 + 4, [], {line2, column2 + 4}, acc)

      _ ->
        {:error, "expected closing '--%>' for EEx expression", meta({line, column})}
    end
  end

  defp scan("<%#" <> rest, line, column, text, from, acc) do
    case :binary.split(rest, "%>") do
      [comment, rest] ->
        {line2, column2} = advance(comment, line, column + 3)
        acc = [{:comment, String.to_charlist(comment), meta({line, column})} | push(text, from, acc)]
        scan(rest, line2, column2 + 2, [], {line2, column2 + 2}, acc)

      _ ->
        {:error, "expected closing '%>' for EEx expression", meta({line, column})}
    end
  end

  defp scan("<%" <> rest, line, column, text, from, acc) do
    {marker, rest} = marker(rest)

    case :binary.split(rest, "%>") do
      [code, rest] ->
        {line2, column2} = advance(code, line, column + 2 + length(marker))
        token = {kind(String.trim(code)), marker, String.to_charlist(code), meta({line, column})}
        scan(rest, line2, column2 + 2, [], {line2, column2 + 2}, [token | push(text, from, acc)])

      _ ->
        {:error, "expected closing '%>' for EEx expression", meta({line, column})}
    end
  end

  defp scan("\n" <> rest, line, _column, text, from, acc), do: scan(rest, line + 1, 1, [?\n | text], from, acc)
  defp scan(<<c::utf8, rest::binary>>, line, column, text, from, acc), do: scan(rest, line, column + 1, [c | text], from, acc)

  defp scan("", line, column, text, from, acc) do
    {:ok, Enum.reverse([{:eof, meta({line, column})} | push(text, from, acc)])}
  end

  defp push([], _from, acc), do: acc
  defp push(text, from, acc), do: [{:text, Enum.reverse(text), meta(from)} | acc]

  defp marker("=" <> rest), do: {~c"=", rest}
  defp marker("/" <> rest), do: {~c"/", rest}
  defp marker("|" <> rest), do: {~c"|", rest}
  defp marker(rest), do: {~c"", rest}

  defp advance(text, line, column) do
    case String.split(text, "\n") do
      [one] -> {line, column + String.length(one)}
      lines -> {line + length(lines) - 1, String.length(List.last(lines)) + 1}
    end
  end

  # What a piece of code is, by how it begins and ends.
  defp kind(code) do
    cond do
      code =~ ~r/^end\b/ and code =~ ~r/(\bdo|->)$/ -> :middle_expr
      code =~ ~r/^(end\b|[\)\]\}])/ -> :end_expr
      code =~ ~r/^(else|after|catch|rescue)$/ -> :middle_expr
      code =~ ~r/\bfn\b[^\n]*->$/ -> :start_expr
      code =~ ~r/->$/ -> :middle_expr
      code =~ ~r/(^|[^\w.:@])do$/ -> :start_expr
      true -> :expr
    end
  end

  # A tag alone on its line takes its spaces and the newline with it.
  defp trim(tokens), do: trim(tokens, true, [])

  defp trim([{:text, text, meta} | rest], first?, acc) do
    text = if tag_before?(acc), do: trim_left(text), else: text
    text = if tag_after?(rest), do: trim_right(text, first? and acc == []), else: text
    acc = if text == [], do: [{:text, [], meta} | acc], else: [{:text, text, meta} | acc]
    trim(rest, false, acc)
  end

  defp trim([token | rest], _first?, acc), do: trim(rest, false, [token | acc])
  defp trim([], _first?, acc), do: acc |> Enum.reverse() |> Enum.reject(&match?({:text, [], _}, &1))

  defp tag_before?([{:text, _, _} | _]), do: false
  defp tag_before?([]), do: false
  defp tag_before?(_), do: true

  defp tag_after?([{:eof, _} | _]), do: false
  defp tag_after?([{:text, _, _} | _]), do: false
  defp tag_after?(_), do: true

  # After a tag, blank lines shrink to one newline.
  defp trim_left(text) do
    {blank, rest} = Enum.split_while(text, &(&1 in ~c" \t\r\n"))
    if ?\n in blank, do: [?\n | indentation(blank, rest)], else: text
  end

  defp indentation(_blank, []), do: []

  defp indentation(blank, rest) do
    (blank |> Enum.reverse() |> Enum.take_while(&(&1 != ?\n)) |> Enum.reverse()) ++ rest
  end

  # Before a tag, blank lines and the indentation go, one newline stays.
  defp trim_right(text, start?) do
    {blank, rest} = text |> Enum.reverse() |> Enum.split_while(&(&1 in ~c" \t\r\n"))

    cond do
      ?\n in blank -> Enum.reverse([?\n | rest])
      rest == [] and start? -> []
      true -> text
    end
  end
end
