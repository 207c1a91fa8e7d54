defmodule String.Replace do
  @moduledoc false
  # String.replace/4.

  def replace(subject, %Regex{} = regex, replacement, options) do
    Regex.replace(regex, subject, replacement, options)
  end

  def replace(subject, "", "", _options), do: subject
  def replace(subject, [], _replacement, _options), do: subject

  def replace(subject, "", replacement, options) do
    insert(subject, replacement_fun(replacement), Keyword.get(options, :global, true))
  end

  def replace(subject, pattern, replacement, options) do
    case Keyword.get(options, :insert_replaced) do
      nil -> at_matches(subject, matches(subject, pattern, options), replacement)
      at -> :binary.replace(subject, pattern, replacement, binary_options(options, at))
    end
  end

  defp binary_options(options, at) do
    if Keyword.get(options, :global, true) != false,
      do: [:global, insert_replaced: at],
      else: [insert_replaced: at]
  end

  defp matches(subject, pattern, options) do
    if Keyword.get(options, :global, true) == false do
      case :binary.match(subject, pattern) do
        :nomatch -> []
        match -> [match]
      end
    else
      :binary.matches(subject, pattern)
    end
  end

  defp at_matches(subject, [], _replacement), do: subject

  defp at_matches(subject, matches, replacement) do
    subject |> pieces(matches, 0, replacement) |> IO.iodata_to_binary()
  end

  defp pieces(subject, [{start, size} | rest], from, replacement) do
    before = binary_part(subject, from, start - from)
    new = if is_binary(replacement), do: replacement, else: replacement.(binary_part(subject, start, size))
    [before, new | pieces(subject, rest, start + size, replacement)]
  end

  defp pieces(subject, [], from, _replacement), do: [binary_part(subject, from, byte_size(subject) - from)]

  # The empty string matches before every grapheme and at the end.
  defp insert(subject, fun, false), do: IO.iodata_to_binary([fun.("") | subject])

  defp insert(subject, fun, _global) do
    IO.iodata_to_binary([fun.("") | Enum.map(:cordial_string.graphemes(subject), &[&1 | fun.("")])])
  end

  defp replacement_fun(replacement) when is_binary(replacement), do: fn _ -> replacement end
  defp replacement_fun(replacement), do: replacement
end
