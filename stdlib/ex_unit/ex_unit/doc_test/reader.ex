defmodule ExUnit.DocTest.Reader do
  @moduledoc false
  # Finds the tests in a text. A test is `%{line: line, steps: steps}`; a step is an expression with what is expected of
  # it, `%{line: line, code: code, expected: text, shown: lines}`, where the text is empty if nothing is expected.

  alias ExUnit.DocTest.Error

  @prompt ~r/\A(\s*)(iex|\.\.\.)(\(\d+\))?>(.*)\z/s
  @other_prompt ~r/\A\s*iex\S*>/

  @doc "The tests of a text whose first line has this number in the file."
  def read(text, line, file) do
    text
    |> String.split(["\r\n", "\n"])
    |> Enum.with_index(line)
    |> Enum.map(fn {text, line} -> {kind(text, line, file), line} end)
    |> Enum.chunk_by(&(elem(&1, 0) in [:blank, :fence]))
    |> Enum.flat_map(&paragraph(&1, file))
  end

  # What a line is: `:blank`, `:fence`, `{:first | :more, margin, code, text}` or `{:text, text}`.
  defp kind(text, line, file) do
    case Regex.run(@prompt, text) do
      [_, margin, "iex", _number, code] -> {:first, margin, code, String.trim_leading(text)}
      [_, margin, "...", _number, code] -> {:more, margin, code, String.trim_leading(text)}
      nil -> other(String.trim(text), text, line, file)
    end
  end

  defp other("", _text, _line, _file), do: :blank
  defp other("```" <> _, _text, _line, _file), do: :fence

  defp other(_, text, line, file) do
    if text =~ @other_prompt do
      raise Error,
        message:
          "#{file}:#{line}: unknown IEx prompt: #{inspect(text)}.\n" <>
            "Accepted formats are: iex>, iex(1)>, ...>, ...(1)>}"
    end

    {:text, text}
  end

  # Lines without an empty one between them are one test from the first prompt on, or none.
  defp paragraph(lines, file) do
    case Enum.drop_while(lines, &(not match?({{:first, _, _, _}, _}, &1))) do
      [{_, line} | _] = lines -> [%{line: line, steps: steps(lines, file)}]
      [] -> []
    end
  end

  defp steps([], _file), do: []

  defp steps([{{:first, margin, code, shown}, line} | lines], file) do
    {more, lines} = Enum.split_while(lines, &match?({{:more, _, _, _}, _}, &1))
    {expected, lines} = Enum.split_while(lines, &(not match?({{:first, _, _, _}, _}, &1)))
    expected = Enum.map(expected, &unmargined(&1, margin, file))

    step = %{
      line: line,
      code: Enum.join([code | for({{:more, _, code, _}, _} <- more, do: code)], "\n"),
      expected: Enum.join(expected, "\n"),
      shown: [shown | for({{:more, _, _, shown}, _} <- more, do: shown)] ++ expected
    }

    [step | steps(lines, file)]
  end

  defp unmargined({{:text, text}, line}, margin, file) do
    if String.starts_with?(text, margin) do
      binary_part(text, byte_size(margin), byte_size(text) - byte_size(margin))
    else
      raise Error,
        message: """
        #{file}:#{line}: indentation level mismatch on doctest line: #{inspect(text)}

        If you are planning to assert on the result of an `iex>` expression, \
        make sure the result is indented at the beginning of `iex>`, which \
        in this case is exactly #{byte_size(margin)} spaces.

        If instead you have an `iex>` expression that spans over multiple lines, \
        please make sure that each line after the first one begins with `...>`.
        """
    end
  end

  defp unmargined({{:more, _, _, shown}, line}, _margin, file) do
    raise Error, message: "#{file}:#{line}: expected a result or iex> before #{inspect(shown)}"
  end
end
