defmodule Version.Parser do
  @moduledoc false
  # Texts of versions and requirements.

  @doc "`{:ok, {major, minor, patch, pre, build}}`; with `approximate?` the patch may be missing."
  def parse_version(string, approximate?) when is_binary(string) do
    {rest, build} = cut(string, "+")
    {numbers, pre} = cut(rest, "-")

    with {:ok, {major, minor, patch}} <- numbers(String.split(numbers, "."), approximate?),
         {:ok, pre} <- identifiers(pre, &pre_identifier/1),
         {:ok, build} <- identifiers(build, &build_identifier/1) do
      {:ok, {major, minor, patch, pre || [], build && Enum.join(build, ".")}}
    end
  end

  defp cut(string, separator) do
    case :binary.split(string, separator) do
      [text, rest] -> {text, rest}
      [text] -> {text, nil}
    end
  end

  defp numbers([major, minor, patch], _approximate?) do
    with {:ok, major} <- number(major), {:ok, minor} <- number(minor), {:ok, patch} <- number(patch) do
      {:ok, {major, minor, patch}}
    end
  end

  defp numbers([major, minor], true) do
    with {:ok, major} <- number(major), {:ok, minor} <- number(minor), do: {:ok, {major, minor, nil}}
  end

  defp numbers(_parts, _approximate?), do: :error

  defp number("0"), do: {:ok, 0}
  defp number(<<digit, _::binary>> = text) when digit in ?1..?9, do: if(digits?(text), do: {:ok, String.to_integer(text)}, else: :error)
  defp number(_text), do: :error

  defp digits?(text), do: for(<<char <- text>>, char not in ?0..?9, do: char) == []

  defp identifiers(nil, _fun), do: {:ok, nil}

  defp identifiers(text, fun) do
    parts = text |> String.split(".") |> Enum.map(fun)
    if :error in parts, do: :error, else: {:ok, parts}
  end

  defp pre_identifier(text) do
    cond do
      build_identifier(text) == :error -> :error
      not digits?(text) -> text
      text == "0" -> 0
      String.starts_with?(text, "0") -> :error
      true -> String.to_integer(text)
    end
  end

  defp build_identifier(""), do: :error

  defp build_identifier(text) do
    bad = for <<char <- text>>, not (char in ?0..?9 or char in ?a..?z or char in ?A..?Z or char == ?-), do: char
    if bad == [], do: text, else: :error
  end

  @doc "Alternatives of lists of `{operator, operand}`."
  def parse_requirement(string) when is_binary(string) do
    string |> words() |> alternatives([], [])
  end

  # Operators may stand close to their version.
  defp words(string) do
    string |> String.split() |> Enum.flat_map(&tokens/1)
  end

  defp tokens(<<op::binary-size(2), rest::binary>>) when op in ["==", "!=", ">=", "<=", "~>"], do: [{:op, op} | more(rest)]
  defp tokens(<<op::binary-size(1), rest::binary>>) when op in [">", "<", "!"], do: [{:op, op} | more(rest)]
  defp tokens("and"), do: [:and]
  defp tokens("or"), do: [:or]
  defp tokens(version), do: [version]

  defp more(""), do: []
  defp more(rest), do: tokens(rest)

  defp alternatives(tokens, done, current) do
    case comparison(tokens) do
      {:ok, comparison, []} -> {:ok, :lists.reverse([:lists.reverse([comparison | current]) | done])}
      {:ok, comparison, [:and | rest]} -> alternatives(rest, done, [comparison | current])
      {:ok, comparison, [:or | rest]} -> alternatives(rest, [:lists.reverse([comparison | current]) | done], [])
      _ -> :error
    end
  end

  defp comparison([{:op, "~>"}, version | rest]) when is_binary(version), do: comparison(:~>, version, rest, true)
  defp comparison([{:op, op}, version | rest]) when is_binary(version), do: comparison(operator(op), version, rest, false)
  defp comparison([version | rest]) when is_binary(version), do: comparison(:==, version, rest, false)
  defp comparison(_tokens), do: :error

  defp operator(op) when op in ["!", "!="] do
    IO.warn("#{op} inside Version requirements is deprecated, use ~> or >= instead")
    :!=
  end

  defp operator(op), do: String.to_atom(op)

  defp comparison(op, version, rest, approximate?) do
    case parse_version(version, approximate?) do
      {:ok, {major, minor, patch, pre, _build}} -> {:ok, {op, {major, minor, patch, pre}}, rest}
      :error -> :error
    end
  end
end
