defmodule EEx.Compiler do
  @moduledoc false

  def compile(tokens, source, opts) do
    engine = opts[:engine] || EEx.SmartEngine

    state = %{
      engine: engine,
      file: opts[:file] || "nofile",
      source: source,
      parser_options: opts[:parser_options] || []
    }

    {buffer, [{:eof, _} | _]} = build(tokens, engine.init(opts), state)
    engine.handle_body(buffer)
  end

  # Walks tokens until the end or a tag that belongs to an outer block.
  defp build([{:text, chars, meta} | rest], buffer, state) do
    meta = [line: meta.line, column: meta.column]
    build(rest, state.engine.handle_text(buffer, meta, List.to_string(chars)), state)
  end

  defp build([{:comment, _, _} | rest], buffer, state), do: build(rest, buffer, state)

  defp build([{:expr, marker, chars, meta} | rest], buffer, state) do
    quoted = parse(chars, meta, state)
    build(rest, state.engine.handle_expr(buffer, List.to_string(marker), quoted), state)
  end

  defp build([{:start_expr, marker, chars, meta} | rest], buffer, state) do
    {quoted, rest} = block(rest, List.to_string(chars), %{}, buffer, meta, state)
    build(rest, state.engine.handle_expr(buffer, List.to_string(marker), quoted), state)
  end

  defp build([{:eof, _} | _] = tokens, buffer, _state), do: {buffer, tokens}

  defp build([{kind, _, chars, meta} | _], _buffer, state) when kind in [:middle_expr, :end_expr] do
    syntax_error("unexpected #{kind_name(kind)} of expression <%#{chars}%>", meta, state)
  end

  defp kind_name(:middle_expr), do: "middle"
  defp kind_name(:end_expr), do: "end"

  # The code of a block is put together with a mark for each body, parsed, and the marks replaced.
  defp block(tokens, code, bodies, buffer, start, state) do
    {tokens, skip?} = leading_blank(tokens, code)

    if skip? do
      [{:middle_expr, _, chars, _} | rest] = tokens
      block(rest, code <> List.to_string(chars), bodies, buffer, start, state)
    else
      {inner, rest} = body(tokens, state.engine.handle_begin(buffer), state)
      n = map_size(bodies)
      bodies = Map.put(bodies, n, state.engine.handle_end(inner))
      code = code <> " __EEX__(#{n});"

      case rest do
        [{:middle_expr, _, chars, _} | rest] ->
          block(rest, code <> "\n" <> List.to_string(chars), bodies, buffer, start, state)

        [{:end_expr, _, chars, _} | rest] ->
          quoted = parse(String.to_charlist(code <> "\n" <> List.to_string(chars)), start, state)
          {insert(quoted, bodies), rest}

        [{:eof, _} | _] ->
          syntax_error("expected a closing '<% end %>' for block expression in EEx", start, state)
      end
    end
  end

  # Blanks between `case … do` and its first clause say nothing.
  defp leading_blank(tokens, code) do
    rest = Enum.drop_while(tokens, &blank?/1)

    case rest do
      [{:middle_expr, _, chars, _} | _] ->
        if String.trim_trailing(code) =~ ~r/\bdo$/ and List.to_string(chars) =~ ~r/->\s*$/,
          do: {rest, true},
          else: {tokens, false}

      _ ->
        {tokens, false}
    end
  end

  defp blank?({:text, chars, _}), do: Enum.all?(chars, &(&1 in ~c" \t\r\n"))
  defp blank?({:comment, _, _}), do: true
  defp blank?(_), do: false

  defp body([{kind, _, _, _} | _] = tokens, buffer, _state) when kind in [:middle_expr, :end_expr], do: {buffer, tokens}
  defp body([{:eof, _} | _] = tokens, buffer, _state), do: {buffer, tokens}

  defp body([{:text, chars, meta} | rest], buffer, state) do
    meta = [line: meta.line, column: meta.column]
    body(rest, state.engine.handle_text(buffer, meta, List.to_string(chars)), state)
  end

  defp body([{:comment, _, _} | rest], buffer, state), do: body(rest, buffer, state)

  defp body([{:expr, marker, chars, meta} | rest], buffer, state) do
    quoted = parse(chars, meta, state)
    body(rest, state.engine.handle_expr(buffer, List.to_string(marker), quoted), state)
  end

  defp body([{:start_expr, marker, chars, meta} | rest], buffer, state) do
    {quoted, rest} = block(rest, List.to_string(chars), %{}, buffer, meta, state)
    body(rest, state.engine.handle_expr(buffer, List.to_string(marker), quoted), state)
  end

  defp insert({:__EEX__, _, [n]}, bodies), do: Map.fetch!(bodies, n)

  defp insert({left, meta, right}, bodies), do: {insert(left, bodies), meta, insert(right, bodies)}
  defp insert({left, right}, bodies), do: {insert(left, bodies), insert(right, bodies)}
  defp insert(list, bodies) when is_list(list), do: Enum.map(list, &insert(&1, bodies))
  defp insert(other, _bodies), do: other

  defp parse(chars, meta, state) do
    options = [file: state.file, line: meta.line, column: meta.column + 2] ++ state.parser_options
    Code.string_to_quoted!(List.to_string(chars), options)
  end

  @doc false
  def snippet(source, %{line: line, column: column}) do
    code = source |> String.split("\n") |> Enum.at(line - 1)
    number = Integer.to_string(line)
    margin = String.duplicate(" ", byte_size(number) + 1)
    "\n#{margin}|\n#{number} | #{code}\n#{margin}| #{String.duplicate(" ", column - 1)}^"
  end

  defp syntax_error(message, meta, state) do
    raise EEx.SyntaxError, message: message, file: state.file, line: meta.line, column: meta.column, snippet: snippet(state.source, meta)
  end
end
