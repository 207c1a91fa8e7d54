defmodule String.Chunk do
  @moduledoc false
  # Runs of valid or printable text, and what is built on the bounds of code points.

  def printable?(_string, 0), do: true

  def printable?(<<codepoint::utf8, rest::binary>>, limit) do
    printable_codepoint?(codepoint) and printable?(rest, less(limit))
  end

  def printable?(<<>>, _limit), do: true
  def printable?(_other, _limit), do: false

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  defp printable_codepoint?(char) when char >= 0x20 and char <= 0x7E, do: true
  defp printable_codepoint?(char) when char in [?\n, ?\r, ?\t, ?\v, ?\b, ?\f, ?\e, ?\d, ?\a], do: true
  defp printable_codepoint?(char), do: :cordial_string.is_printable(char)

  def chunk(string, trait) do
    {size, has?} = first_size(string, trait)
    chunk(string, trait, has?, size, [])
  end

  defp chunk(string, trait, has?, size, chunks) do
    rest = binary_part(string, size, byte_size(string) - size)

    case first_size(rest, trait) do
      nil ->
        :lists.reverse([string | chunks])

      {more, ^has?} ->
        chunk(string, trait, has?, size + more, chunks)

      {more, other} ->
        chunk(rest, trait, other, more, [binary_part(string, 0, size) | chunks])
    end
  end

  defp first_size(<<codepoint::utf8, _::binary>>, :valid), do: {utf8_size(codepoint), true}

  defp first_size(<<codepoint::utf8, _::binary>>, :printable) do
    {utf8_size(codepoint), printable_codepoint?(codepoint)}
  end

  defp first_size(<<_, _::binary>>, _trait), do: {1, false}
  defp first_size(<<>>, _trait), do: nil

  defp utf8_size(codepoint) when codepoint < 0x80, do: 1
  defp utf8_size(codepoint) when codepoint < 0x800, do: 2
  defp utf8_size(codepoint) when codepoint < 0x10000, do: 3
  defp utf8_size(_codepoint), do: 4

  @doc "Each maximal part of an ill-formed sequence becomes one replacement (Unicode 16, section 3.9)."
  def replace_invalid(string, replacement) do
    string |> invalid(replacement) |> IO.iodata_to_binary()
  end

  defp invalid(<<codepoint::utf8, rest::binary>>, replacement) do
    [<<codepoint::utf8>> | invalid(rest, replacement)]
  end

  defp invalid(<<>>, _replacement), do: []

  defp invalid(bytes, replacement) do
    size = broken_size(bytes)
    [replacement | invalid(binary_part(bytes, size, byte_size(bytes) - size), replacement)]
  end

  # The head of a sequence that could have gone on.
  defp broken_size(<<a, b, c, _::binary>>)
       when a in 0xF0..0xF4 and b in 0x80..0xBF and c in 0x80..0xBF and
              not (a == 0xF0 and b < 0x90) and not (a == 0xF4 and b > 0x8F),
       do: 3

  defp broken_size(<<a, b, _::binary>>)
       when a in 0xF0..0xF4 and b in 0x80..0xBF and not (a == 0xF0 and b < 0x90) and
              not (a == 0xF4 and b > 0x8F),
       do: 2

  defp broken_size(<<a, b, _::binary>>)
       when a in 0xE0..0xEF and b in 0x80..0xBF and not (a == 0xE0 and b < 0xA0) and
              not (a == 0xED and b > 0x9F),
       do: 2

  defp broken_size(_bytes), do: 1

  @doc "At most `size` bytes from the first code point at or after `start`, whole code points alone."
  def byte_slice(string, start, size) do
    rest = binary_part(string, start, byte_size(string) - start)
    skipped = if start == 0, do: 0, else: continuation_bytes(rest, 0)
    left = byte_size(rest) - skipped
    bytes = binary_part(rest, skipped, min(size, left))
    if size < left, do: drop_cut_end(bytes, size), else: bytes
  end

  defp continuation_bytes(<<2::2, _::6, rest::binary>>, count), do: continuation_bytes(rest, count + 1)
  defp continuation_bytes(_bytes, count), do: count

  # At most three bytes at the end can belong to a code point that was cut.
  defp drop_cut_end(bytes, size) do
    case lead(bytes, size - 1, 3) do
      nil -> bytes
      at -> if whole?(binary_part(bytes, at, size - at)), do: bytes, else: binary_part(bytes, 0, at)
    end
  end

  defp lead(_bytes, at, left) when at < 0 or left == 0, do: nil

  defp lead(bytes, at, left) do
    case :binary.at(bytes, at) do
      byte when byte >= 0xC0 -> at
      byte when byte >= 0x80 -> lead(bytes, at - 1, left - 1)
      _ -> nil
    end
  end

  defp whole?(<<0b110::3, _::5, rest::binary>>), do: byte_size(rest) >= 1
  defp whole?(<<0b1110::4, _::4, rest::binary>>), do: byte_size(rest) >= 2
  defp whole?(<<0b11110::5, _::3, rest::binary>>), do: byte_size(rest) >= 3
  defp whole?(_bytes), do: true
end
