# Reads one term in Erlang's syntax from a device: the function of a `:get_until` request.
defmodule :cordial_term_reader do
  @moduledoc false

  # step(read so far, a line or :eof) -> {:done, result, unused} | {:more, read}
  def step([], :eof), do: {:done, :eof, []}
  def step(text, :eof), do: if(blank?(text), do: {:done, :eof, []}, else: parse(text, []))

  def step(text, line) do
    case split(text ++ line, [], :code) do
      :more -> {:more, text ++ line}
      {term, rest} -> parse(term, rest)
    end
  end

  defp parse(text, rest), do: {:done, :erl_parse.parse_line(:unicode.characters_to_binary(text)), rest}

  defp blank?(text), do: Enum.all?(text, &(&1 in ~c" \t\r\n"))

  # Where the term ends: at a full stop that is followed by white space, outside of quotes and comments.
  defp split([], _read, _where), do: :more
  defp split([?., next | rest], read, :code) when next in ~c" \t\r\n%", do: {Enum.reverse([?\n, ?. | read]), [next | rest]}
  defp split([?%, next | rest], read, :code), do: split([next | rest], [?% | read], :comment)
  defp split([?$, ?\\, char | rest], read, :code), do: split(rest, [char, ?\\, ?$ | read], :code)
  defp split([?$, char | rest], read, :code), do: split(rest, [char, ?$ | read], :code)
  defp split([quote | rest], read, :code) when quote in ~c"\"'", do: split(rest, [quote | read], quote)
  defp split([?\n | rest], read, :comment), do: split(rest, [?\n | read], :code)
  defp split([?\\, char | rest], read, quote) when quote in ~c"\"'", do: split(rest, [char, ?\\ | read], quote)
  defp split([quote | rest], read, quote), do: split(rest, [quote | read], :code)
  defp split([char | rest], read, where), do: split(rest, [char | read], where)
end
