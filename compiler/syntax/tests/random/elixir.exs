# Reads texts and prints, a line each, what this Elixir makes of them (see live.rs, which prints the same).
#
#   elixir elixir.exs FILE QUESTIONS
#
# FILE holds texts, each after its length in four bytes. QUESTIONS are letters:
#   d default options, m all metadata, w wrapped literals as the formatter wants them, c comments, s static atoms,
#   e the exception's message, f formatted, t the quoted form as text.

defmodule Answer do
  def to(text, ?d), do: seen(fn -> Code.string_to_quoted(text) end)
  def to(text, ?m), do: seen(fn -> Code.string_to_quoted(text, columns: true, token_metadata: true) end)

  def to(text, ?w) do
    options = [columns: true, token_metadata: true, unescape: false, emit_warnings: false, literal_encoder: fn literal, meta -> {:ok, {:__block__, meta, [literal]}} end]
    seen(fn -> Code.string_to_quoted(text, options) end)
  end

  def to(text, ?c) do
    quiet(fn -> with {:ok, _, comments} <- Code.string_to_quoted_with_comments(text), do: {:ok, Enum.map(comments, &{&1.line, &1.column, &1.previous_eol_count, &1.next_eol_count, &1.text})} end)
  end

  def to(text, ?s), do: quiet(fn -> Code.string_to_quoted(text, columns: true, static_atoms_encoder: fn atom, meta -> {:ok, {:static, meta, atom}} end) end)

  def to(text, ?e) do
    quiet(fn ->
      try do
        Code.string_to_quoted!(text)
        :ok
      rescue
        error -> {error.__struct__, Exception.message(error)}
      end
    end)
  end

  def to(text, ?f), do: quiet(fn -> try do {:ok, IO.iodata_to_binary(Code.format_string!(text))} rescue _ -> :error end end)

  def to(text, ?t), do: quiet(fn -> with {:ok, quoted} <- Code.string_to_quoted(text), do: Macro.to_string(quoted) end)

  # The answer with its warnings.
  defp seen(ask) do
    {answer, warnings} = Code.with_diagnostics(ask)
    {answer, Enum.map(warnings, &{place(&1.position), &1.message})}
  end

  defp quiet(ask), do: elem(Code.with_diagnostics(ask), 0)

  defp place({_, _} = place), do: place
  defp place(line), do: {line, 0}

  def write(atom) when is_atom(atom), do: [?:, written(Atom.to_string(atom))]
  def write(number) when is_integer(number), do: Integer.to_string(number)
  def write(number) when is_float(number), do: ["f", Integer.to_string(:binary.decode_unsigned(<<number::float>>))]
  def write(text) when is_binary(text), do: written(text)
  def write(list) when is_list(list), do: ["[", Enum.map_intersperse(list, " ", &write/1), "]"]
  def write(tuple) when is_tuple(tuple), do: ["{", tuple |> Tuple.to_list() |> Enum.map_intersperse(" ", &write/1), "}"]

  defp written(text), do: [?", text |> :binary.replace("\\", "\\\\", [:global]) |> :binary.replace("\n", "\\n", [:global]) |> :binary.replace("\"", "\\\"", [:global]), ?"]
end

[file, questions] = System.argv()

texts =
  Stream.unfold(File.read!(file), fn
    <<size::32, text::binary-size(size), rest::binary>> -> {text, rest}
    <<>> -> nil
  end)

answers = fn text ->
  for question <- to_charlist(questions) do
    answer = try do Answer.to(text, question) rescue error -> {:crash, Exception.message(error)} end
    [Answer.write(answer), "\n"]
  end
end

:ok = :io.setopts(:standard_io, encoding: :latin1)

texts
|> Task.async_stream(answers, ordered: true, timeout: :infinity)
|> Enum.each(fn {:ok, lines} -> :file.write(:standard_io, IO.iodata_to_binary(lines)) end)
