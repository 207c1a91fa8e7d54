defmodule String.Split do
  @moduledoc false
  # The parts of String.split/3 and String.splitter/3 that :binary.split does not have.

  @doc "At most `count` pieces, the last one with all that is left."
  def parts("", _pattern, _count, true), do: []
  def parts(string, _pattern, 1, _trim?), do: [string]

  def parts(string, pattern, count, trim?) do
    case :binary.split(string, pattern) do
      ["", rest] when trim? -> parts(rest, pattern, count, trim?)
      [piece, rest] -> [piece | parts(rest, pattern, count - 1, trim?)]
      [piece] -> [piece]
    end
  end

  @doc "Split at the empty string: the graphemes with an empty string at both ends; 0 is no limit."
  def graphemes(string, 1, _trim?), do: [string]

  def graphemes(string, 0, _trim?), do: ["" | :cordial_string.graphemes(string) ++ [""]]
  def graphemes(string, count, true), do: limited(string, count)
  def graphemes(string, count, false), do: ["" | limited(string, count - 1)]

  defp limited(string, 1), do: [string]

  defp limited(string, count) do
    case :cordial_string.next_grapheme(string) do
      {grapheme, rest} -> [grapheme | limited(rest, count - 1)]
      nil -> [""]
    end
  end

  @doc "A step of the lazy split at a pattern."
  def next(:done, _pattern, _trim?), do: nil
  def next("", _pattern, true), do: nil

  def next(string, pattern, trim?) do
    case :binary.split(string, pattern) do
      ["", rest] when trim? -> next(rest, pattern, trim?)
      [piece, rest] -> {piece, rest}
      [piece] -> {piece, :done}
    end
  end

  @doc "A step of the lazy split at the empty string."
  def next_empty({:first, string}), do: {"", string}
  def next_empty(:done), do: nil

  def next_empty(string) do
    case :cordial_string.next_grapheme(string) do
      nil -> {"", :done}
      next -> next
    end
  end
end
