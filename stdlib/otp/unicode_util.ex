defmodule :unicode_util do
  @moduledoc false
  # Characters and graphemes at the front of a list or binary.

  def cp([char | _] = list) when is_integer(char), do: list
  def cp([head | rest]) when is_list(head) or is_binary(head), do: nested(cp(head), rest)
  def cp(<<char::utf8, rest::binary>>), do: [char | rest]
  def cp(""), do: []
  def cp([]), do: []
  def cp(other), do: {:error, other}

  defp nested([], rest), do: cp(rest)
  defp nested([char | left], []), do: [char | left]
  defp nested([char | left], rest) when left in ["", []], do: [char | rest]
  defp nested([char | left], rest), do: [char, left | rest]
  defp nested(error, _rest), do: error

  def gc(string) do
    case :cordial_string.next_grapheme(:unicode.characters_to_binary(string)) do
      nil -> []
      {cluster, rest} -> [single(:unicode.characters_to_list(cluster)) | like(rest, string)]
    end
  end

  defp single([char]), do: char
  defp single(chars), do: chars

  defp like(rest, string) when is_binary(string), do: rest
  defp like(rest, _string), do: :unicode.characters_to_list(rest)

  def nfc(string), do: normal(string, :nfc)
  def nfd(string), do: normal(string, :nfd)
  def nfkc(string), do: normal(string, :nfkc)
  def nfkd(string), do: normal(string, :nfkd)

  defp normal(string, form) do
    string |> :unicode.characters_to_binary() |> :cordial_string.normalize(form) |> :unicode.characters_to_list()
  end

  def uppercase(string), do: cased(string, &:cordial_string.upcase(&1, :default))
  def lowercase(string), do: cased(string, &:cordial_string.downcase(&1, :default))
  def casefold(string), do: cased(string, &:string.casefold/1)

  def titlecase(string) do
    cased(string, fn text ->
      {first, rest} = :cordial_string.titlecase_first(text, :default)
      first <> rest
    end)
  end

  # The first character alone changes.
  defp cased(string, fun) do
    case cp(string) do
      [char | rest] -> :unicode.characters_to_list(fun.(<<char::utf8>>)) ++ List.wrap(rest)
      other -> other
    end
  end

  def whitespace, do: [[?\r, ?\n], ?\t, ?\n, ?\v, ?\f, ?\r, ?\s, 0x85, 0x200E, 0x200F, 0x2028, 0x2029]
  def is_whitespace(char), do: :lists.member(char, whitespace())
  def spec_version, do: {15, 0}
end
