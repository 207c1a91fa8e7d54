defmodule JSON.Text do
  @moduledoc false
  # JSON as iodata.

  def list([], _encoder), do: "[]"
  def list([first | rest], encoder), do: [?[, encoder.(first, encoder) | elements(rest, encoder)]

  defp elements([], _encoder), do: ~c"]"
  defp elements([element | rest], encoder), do: [?,, encoder.(element, encoder) | elements(rest, encoder)]

  def map([], _encoder), do: "{}"

  def map([{key, value} | rest], encoder) do
    [?{, key(key, encoder), ?:, encoder.(value, encoder) | pairs(rest, encoder)]
  end

  defp pairs([], _encoder), do: "}"

  defp pairs([{key, value} | rest], encoder) do
    [?,, key(key, encoder), ?:, encoder.(value, encoder) | pairs(rest, encoder)]
  end

  defp key(key, encoder) when is_atom(key), do: encoder.(Atom.to_string(key), encoder)
  defp key(key, encoder) when is_binary(key), do: encoder.(key, encoder)
  defp key(key, encoder), do: encoder.(String.Chars.to_string(key), encoder)

  @doc "A string between quotes; runs without escapes stay whole."
  def encode(string), do: [?" | encode(string, string, 0)]

  defp encode(rest, string, size) do
    case rest do
      <<byte, rest::binary>> when byte >= 0x20 and byte != ?" and byte != ?\\ and byte < 0x80 ->
        encode(rest, string, size + 1)

      <<>> ->
        [binary_part(string, 0, size), ?"]

      <<byte, rest::binary>> when byte < 0x80 ->
        flush(string, size, [escape(byte) | encode(rest, rest, 0)])

      <<char::utf8, rest::binary>> ->
        encode(rest, string, size + utf8_size(char))

      <<byte, _::binary>> ->
        :erlang.error({:invalid_byte, byte})
    end
  end

  defp flush(_string, 0, rest), do: rest
  defp flush(string, size, rest), do: [binary_part(string, 0, size) | rest]

  defp utf8_size(char) when char < 0x800, do: 2
  defp utf8_size(char) when char < 0x10000, do: 3
  defp utf8_size(_char), do: 4

  defp escape(?"), do: "\\\""
  defp escape(?\\), do: "\\\\"
  defp escape(?\b), do: "\\b"
  defp escape(?\f), do: "\\f"
  defp escape(?\n), do: "\\n"
  defp escape(?\r), do: "\\r"
  defp escape(?\t), do: "\\t"
  defp escape(byte), do: "\\u" <> String.pad_leading(Integer.to_string(byte, 16), 4, "0")
end
