defmodule Inspect.Text do
  @moduledoc false
  # Text between quotes: what cannot stand as it is becomes an escape.

  @doc "Escapes up to `limit` characters; the rest comes back."
  def escape(text, quote, limit \\ :infinity), do: escape(text, limit, quote, [])

  defp escape(<<_, _::binary>> = rest, 0, _quote, acc), do: {done(acc), rest}

  defp escape(<<char, rest::binary>>, limit, quote, acc)
       when char >= 0x20 and char <= 0x7E and char != quote and char != ?\\ and char != ?# do
    escape(rest, less(limit), quote, [char | acc])
  end

  defp escape(<<quote, rest::binary>>, limit, quote, acc), do: escape(rest, less(limit), quote, [<<?\\, quote>> | acc])

  defp escape(<<"\#{", rest::binary>>, limit, quote, acc), do: escape(rest, less(less(limit)), quote, ["\\\#{" | acc])

  defp escape(<<char::utf8, rest::binary>>, limit, quote, acc) do
    escape(rest, less(limit), quote, [escape_char(char) | acc])
  end

  defp escape(<<byte, rest::binary>>, limit, quote, acc), do: escape(rest, less(limit), quote, [hex(byte) | acc])
  defp escape(<<>>, _limit, _quote, acc), do: {done(acc), ""}

  defp done(acc), do: :lists.reverse(acc)

  defp less(:infinity), do: :infinity
  defp less(0), do: 0
  defp less(limit), do: limit - 1

  defp escape_char(?\a), do: "\\a"
  defp escape_char(?\b), do: "\\b"
  defp escape_char(?\d), do: "\\d"
  defp escape_char(?\e), do: "\\e"
  defp escape_char(?\f), do: "\\f"
  defp escape_char(?\n), do: "\\n"
  defp escape_char(?\r), do: "\\r"
  defp escape_char(?\\), do: "\\\\"
  defp escape_char(?\t), do: "\\t"
  defp escape_char(?\v), do: "\\v"
  defp escape_char(0), do: "\\0"
  defp escape_char(?#), do: "#"
  defp escape_char(0xFEFF), do: "\\uFEFF"

  # White space and marks that cannot be seen.
  defp escape_char(char)
       when char in 0x2000..0x200F or char in 0x2028..0x202E or char in 0x2060..0x2064 or char in 0x2066..0x2069 or
              char in 0xFFF9..0xFFFC or char in [0x00A0, 0x034F, 0x061C, 0x205F] do
    "\\u" <> pad(Integer.to_string(char, 16), 4)
  end

  defp escape_char(char) when char < 0x20 or char == 0x7F, do: hex(char)

  defp escape_char(char) when char >= 0x80 do
    if :cordial_string.is_printable(char), do: <<char::utf8>>, else: code(char)
  end

  defp escape_char(char), do: char

  defp code(char) when char < 0x100, do: hex(char)
  defp code(char), do: "\\x{" <> Integer.to_string(char, 16) <> "}"

  defp hex(byte), do: "\\x" <> pad(Integer.to_string(byte, 16), 2)
  defp pad(digits, size), do: String.pad_leading(digits, size, "0")
end
