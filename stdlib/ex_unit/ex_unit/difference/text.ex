defmodule ExUnit.Difference.Text do
  @moduledoc false
  # Differences of texts, character by character where the texts have enough in common.

  # How alike two texts are before it helps to look for their common parts.
  @alike 0.4

  @doc "Compares strings by what stands between their quotes."
  def compare(left, right, {open, close}) do
    {equal?, left, right} = pieces(escaped(left), escaped(right))
    {equal?, {:text, open, left, close}, {:text, open, right, close}}
  end

  @doc "Compares texts as they are."
  def compare_plain(left, right) do
    {equal?, left, right} = pieces(left, right)
    {equal?, {:text, "", left, ""}, {:text, "", right, ""}}
  end

  @doc "A string as code has it, without its quotes."
  def escaped(text) do
    quoted = inspect(text, binaries: :as_strings, printable_limit: :infinity)
    binary_part(quoted, 1, byte_size(quoted) - 2)
  end

  # Pieces are `{:same | :mark, text}`.
  defp pieces(same, same), do: {true, [{:same, same}], [{:same, same}]}

  defp pieces(left, right) do
    if String.bag_distance(left, right) > @alike do
      script = String.myers_difference(left, right)
      {false, side(script, :del), side(script, :ins)}
    else
      {false, [{:mark, left}], [{:mark, right}]}
    end
  end

  defp side(script, kind) do
    Enum.flat_map(script, fn
      {:eq, text} -> [{:same, text}]
      {^kind, text} -> [{:mark, text}]
      _ -> []
    end)
  end
end
