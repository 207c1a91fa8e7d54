defmodule Exception.Snippet do
  @moduledoc false
  # Drawings of source lines with marks under them, as diagnostics show them.

  def located(file, line, column, suffix \\ ""), do: Exception.format_file_line_column(file, line, column, suffix)

  @doc "`file:line:column` without the colon behind it."
  def position(file, line, column) do
    file |> located(line, column) |> String.trim_trailing(":")
  end

  @doc "An error at one place of one line."
  def one(description, nil, place, _line, _column) do
    "   error: #{indent(description, 3)}\n   └─ #{place}"
  end

  def one(description, snippet, place, line, column) do
    pad = margin(line)

    """
     #{pad}error: #{indent(description, String.length(pad) + 1)}
     #{pad}│
     #{line_number(line, pad)}│ #{snippet}
     #{pad}│ #{spaces(column - 1)}^
     #{pad}│
     #{pad}└─ #{place}\
    """
  end

  @doc "A delimiter, and what is wrong with its end."
  def pair(description, nil, place, _from, _to, _opening, _closing) do
    "error: #{indent(description, 0)}\n└─ #{place}"
  end

  def pair(description, snippet, place, {line, column}, {line, end_column}, opening, closing) do
    pad = margin(line)

    """
     #{pad}error: #{indent(description, String.length(pad) + 1)}
     #{pad}│
     #{line_number(line, pad)}│ #{snippet}
     #{pad}│ #{spaces(column - 1)}│#{spaces(end_column - column - 1)}└ #{closing}
     #{pad}│ #{spaces(column - 1)}└ #{opening}
     #{pad}│
     #{pad}└─ #{place}\
    """
  end

  def pair(description, snippet, place, {line, column}, {end_line, end_column}, opening, closing) do
    pad = margin(end_line)
    [first | others] = String.split(snippet, "\n")
    last = List.last(others, "")

    """
     #{pad}error: #{indent(description, String.length(pad) + 1)}
     #{pad}│
     #{line_number(line, pad)}│ #{first}
     #{pad}│ #{spaces(column - 1)}└ #{opening}
     #{between(others, line + 1, pad)}#{line_number(end_line, pad)}│ #{last}
     #{pad}│ #{spaces(end_column - 1)}└ #{closing}
     #{pad}│
     #{pad}└─ #{place}\
    """
  end

  # The lines before the last, or a mark for them if they are many.
  @most_lines 5

  defp between(lines, _first, _pad) when length(lines) >= @most_lines, do: "...\n "

  defp between(lines, first, pad) do
    lines
    |> Enum.drop(-1)
    |> Enum.with_index(first)
    |> Enum.map_join(fn {line, number} -> "#{line_number(number, pad)}│ #{line}\n " end)
  end

  @doc "What closes a text, as it is; other delimiters between quotes."
  def delimiter(name) do
    case Atom.to_string(name) do
      <<quote, _::binary>> = text when quote in [?", ?'] -> text
      text -> <<?", text::binary, ?">>
    end
  end

  defp margin(line), do: spaces(max(String.length(Integer.to_string(line)), 2) + 1)

  defp line_number(line, pad), do: String.pad_leading(Integer.to_string(line), String.length(pad) - 1) <> " "

  defp indent(text, by), do: String.replace(text, "\n", "\n" <> spaces(by))

  defp spaces(count) when count > 0, do: String.duplicate(" ", count)
  defp spaces(_count), do: ""
end

defmodule SyntaxError do
  @moduledoc "Source text that cannot be read."
  defexception [:file, :line, :column, :snippet, description: "syntax error"]

  @impl true
  def message(%{file: file, line: line, column: column} = error) do
    place = Exception.Snippet.position(file, line, column)

    "invalid syntax found on #{place}:\n" <>
      Exception.Snippet.one(error.description, error.snippet, place, line, column || 1)
  end
end

defmodule TokenMissingError do
  @moduledoc "Source text that ends too early."
  defexception [
    :file,
    :line,
    :column,
    :end_line,
    :end_column,
    :snippet,
    :opening_delimiter,
    :expected_delimiter,
    description: "expression is incomplete"
  ]

  @impl true
  def message(%{end_line: end_line, end_column: end_column} = error)
      when not is_nil(end_line) and not is_nil(end_column) do
    {snippet, {end_line, end_column}} = missing(error)
    place = Exception.Snippet.position(error.file, end_line, end_column)

    "token missing on #{place}:\n" <>
      Exception.Snippet.pair(
        error.description,
        snippet,
        place,
        {error.line, error.column},
        {end_line, end_column},
        "unclosed delimiter",
        "missing closing delimiter (expected #{Exception.Snippet.delimiter(error.expected_delimiter)})"
      )
  end

  def message(%{file: file, line: line, column: column} = error) do
    place = Exception.Snippet.position(file, line, column)

    case error.snippet do
      nil ->
        "token missing on #{place}:\nerror: #{error.description}\n└─ #{place}"

      snippet ->
        "token missing on #{place}:\n" <>
          Exception.Snippet.one(error.description, snippet, place, line, column || 1)
    end
  end

  # What is missed is missed past the last text.
  defp missing(%{snippet: nil} = error), do: {nil, {error.end_line, error.end_column}}

  defp missing(error) do
    snippet = String.trim_trailing(error.snippet, "\n")
    lines = String.split(snippet, "\n")
    {snippet, {error.line + length(lines) - 1, String.length(List.last(lines)) + 1}}
  end
end

defmodule MismatchedDelimiterError do
  @moduledoc "A delimiter that is closed by another one."
  defexception [
    :file,
    :line,
    :column,
    :end_line,
    :end_column,
    :snippet,
    :opening_delimiter,
    :closing_delimiter,
    :expected_delimiter,
    description: "mismatched delimiter error"
  ]

  @impl true
  def message(error) do
    place = Exception.Snippet.position(error.file, error.end_line, error.end_column)

    "mismatched delimiter found on #{place}:\n" <>
      Exception.Snippet.pair(
        error.description,
        error.snippet,
        place,
        {error.line, error.column},
        {error.end_line, error.end_column},
        "unclosed delimiter",
        "mismatched closing delimiter (expected #{Exception.Snippet.delimiter(error.expected_delimiter)})"
      )
  end
end

defmodule CompileError do
  @moduledoc "Code that cannot be compiled."
  defexception [:file, :line, description: "compile error"]

  @impl true
  def message(%{file: file, line: line, description: description}) do
    case Exception.format_file_line(file && Path.relative_to_cwd(file), line) do
      "" -> description
      place -> place <> " " <> description
    end
  end
end

defmodule Kernel.TypespecError do
  @moduledoc "A type that cannot be read."
  defexception [:file, :line, :description]

  @impl true
  def message(%{file: file, line: line, description: description}) do
    case Exception.format_file_line(file && Path.relative_to_cwd(file), line) do
      "" -> description
      place -> place <> " " <> description
    end
  end
end

defmodule Code.LoadError do
  @moduledoc "A file that cannot be loaded."
  defexception [:file, :message, :reason]

  @impl true
  def exception(opts) do
    file = Keyword.fetch!(opts, :file)
    reason = Keyword.fetch!(opts, :reason)
    %Code.LoadError{message: "could not load #{file}. Reason: #{reason}", file: file, reason: reason}
  end
end
