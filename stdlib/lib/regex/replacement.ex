defmodule Regex.Replacement do
  @moduledoc false
  # Regex.replace/4: the replacement as a list of texts and group numbers, or a function with its arity.

  @doc "Reads `\\N`, `\\g{N}` and `\\\\` in a replacement."
  def compile(<<?\\, ?g, ?{, rest::binary>>) do
    {number, rest} = group(rest, <<>>)
    [number | compile(rest)]
  end

  def compile(<<?\\, ?\\, rest::binary>>), do: [<<?\\>> | compile(rest)]
  def compile(<<?\\, digit, rest::binary>>) when digit in ?0..?9, do: [digit - ?0 | compile(rest)]

  def compile(<<byte, rest::binary>>) do
    case compile(rest) do
      [text | rest] when is_binary(text) -> [<<byte, text::binary>> | rest]
      parts -> [<<byte>> | parts]
    end
  end

  def compile(<<>>), do: []

  defp group(<<?}, rest::binary>>, digits) when digits != "", do: {String.to_integer(digits), rest}
  defp group(<<digit, rest::binary>>, digits) when digit in ?0..?9, do: group(rest, <<digits::binary, digit>>)
  defp group(rest, digits), do: {<<"\\g{", digits::binary>>, rest}

  def replace(regex, string, replacement, options) do
    options = if Keyword.get(options, :global) != false, do: [:global], else: []
    options = [{:capture, captures(replacement), :index} | options]

    case :re.run(string, regex.re_pattern, options) do
      :nomatch -> string
      {:match, [first | _] = matches} when is_list(first) -> build(string, matches, replacement)
      {:match, match} -> build(string, [match], replacement)
    end
  end

  # Texts alone need no groups.
  defp captures({_fun, arity}) when arity <= 1, do: :first
  defp captures(_replacement), do: :all

  defp build(string, matches, replacement) do
    string |> build(0, matches, replacement) |> IO.iodata_to_binary()
  end

  defp build(string, from, [[{start, size} | _] = match | rest], replacement) do
    before = binary_part(string, from, start - from)
    [before, new(string, match, replacement) | build(string, start + size, rest, replacement)]
  end

  defp build(string, from, [], _replacement), do: [binary_part(string, from, byte_size(string) - from)]

  defp new(string, match, {fun, arity}), do: apply(fun, arguments(string, match, arity))

  defp new(string, match, parts) do
    Enum.map(parts, fn
      text when is_binary(text) -> text
      number -> string |> arguments(match, number + 1) |> List.last()
    end)
  end

  # Groups that are missing are empty.
  defp arguments(_string, _match, 0), do: []
  defp arguments(string, [], left), do: ["" | arguments(string, [], left - 1)]

  defp arguments(string, [{start, size} | rest], left) do
    text = if start < 0, do: "", else: binary_part(string, start, size)
    [text | arguments(string, rest, left - 1)]
  end
end
