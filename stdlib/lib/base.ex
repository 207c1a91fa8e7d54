defmodule Base do
  @moduledoc "Base 16, 32 and 64 as RFC 4648 has them."

  @b16_upper ~c"0123456789ABCDEF"
  @b16_lower ~c"0123456789abcdef"
  @b32_upper ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  @b32_lower ~c"abcdefghijklmnopqrstuvwxyz234567"
  @hex32_upper ~c"0123456789ABCDEFGHIJKLMNOPQRSTUV"
  @hex32_lower ~c"0123456789abcdefghijklmnopqrstuv"
  @b64 ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  @url64 ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

  # The alphabets as tuples for encoding, and as maps for decoding.
  @b16_upper_tuple :erlang.list_to_tuple(@b16_upper)
  @b16_lower_tuple :erlang.list_to_tuple(@b16_lower)
  @b32_upper_tuple :erlang.list_to_tuple(@b32_upper)
  @b32_lower_tuple :erlang.list_to_tuple(@b32_lower)
  @hex32_upper_tuple :erlang.list_to_tuple(@hex32_upper)
  @hex32_lower_tuple :erlang.list_to_tuple(@hex32_lower)
  @b64_tuple :erlang.list_to_tuple(@b64)
  @url64_tuple :erlang.list_to_tuple(@url64)
  @b64_values :maps.from_list(:lists.zip(@b64, :lists.seq(0, 63)))
  @url64_values :maps.from_list(:lists.zip(@url64, :lists.seq(0, 63)))

  @type encode_case :: :upper | :lower
  @type decode_case :: :upper | :lower | :mixed

  ## Base 16

  @doc "The binary in base 16; `case: :lower` for small letters."
  @spec encode16(binary, case: encode_case) :: binary
  def encode16(data, opts \\ []) when is_binary(data) do
    alphabet =
      case Keyword.get(opts, :case, :upper) do
        :upper -> @b16_upper_tuple
        :lower -> @b16_lower_tuple
      end

    for <<high::4, low::4 <- data>>, into: "", do: <<elem(alphabet, high), elem(alphabet, low)>>
  end

  @doc "The binary that the base 16 text stands for, or `:error`."
  @spec decode16(binary, case: decode_case) :: {:ok, binary} | :error
  def decode16(string, opts \\ []) do
    {:ok, decode16!(string, opts)}
  rescue
    ArgumentError -> :error
  end

  @doc "`decode16/2` that raises `ArgumentError`."
  @spec decode16!(binary, case: decode_case) :: binary
  def decode16!(string, opts \\ [])

  def decode16!(string, opts) when is_binary(string) and rem(byte_size(string), 2) == 0 do
    values = b16_values(Keyword.get(opts, :case, :upper))
    for <<char <- string>>, into: <<>>, do: <<value!(values, char)::4>>
  end

  def decode16!(string, _opts) when is_binary(string) do
    raise ArgumentError,
          "string given to decode has wrong length. An even number of bytes was expected, got: #{byte_size(string)}. " <>
            "Double check your string for unwanted characters or pad it accordingly"
  end

  ## Base 64

  @doc "The binary in base 64; `padding: false` leaves the `=` out."
  @spec encode64(binary, padding: boolean) :: binary
  def encode64(data, opts \\ []) when is_binary(data) do
    encode_64(data, @b64_tuple, Keyword.get(opts, :padding, true))
  end

  @doc "Base 64 that may stand in an URL."
  @spec url_encode64(binary, padding: boolean) :: binary
  def url_encode64(data, opts \\ []) when is_binary(data) do
    encode_64(data, @url64_tuple, Keyword.get(opts, :padding, true))
  end

  defp encode_64(data, alphabet, padding?) do
    size = div(byte_size(data), 3) * 3
    <<main::binary-size(size), rest::binary>> = data

    main =
      for <<a::6, b::6, c::6, d::6 <- main>>, into: "" do
        <<elem(alphabet, a), elem(alphabet, b), elem(alphabet, c), elem(alphabet, d)>>
      end

    case rest do
      <<>> ->
        main

      <<a::6, b::2>> ->
        <<main::binary, elem(alphabet, a), elem(alphabet, b * 16)>> <> padding(padding?, "==")

      <<a::6, b::6, c::4>> ->
        <<main::binary, elem(alphabet, a), elem(alphabet, b), elem(alphabet, c * 4)>> <> padding(padding?, "=")
    end
  end

  defp padding(true, padding), do: padding
  defp padding(false, _padding), do: ""

  @doc "The binary that the base 64 text stands for, or `:error`."
  @spec decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def decode64(string, opts \\ []) when is_binary(string) do
    {:ok, decode64!(string, opts)}
  rescue
    ArgumentError -> :error
  end

  @doc "`decode64/2` that raises `ArgumentError`."
  @spec decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def decode64!(string, opts \\ []) when is_binary(string), do: decode(string, @b64_values, 6, 4, [0, 2, 3], opts)

  @doc "The binary that the base 64 text of an URL stands for, or `:error`."
  @spec url_decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def url_decode64(string, opts \\ []) when is_binary(string) do
    {:ok, url_decode64!(string, opts)}
  rescue
    ArgumentError -> :error
  end

  @doc "`url_decode64/2` that raises `ArgumentError`."
  @spec url_decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def url_decode64!(string, opts \\ []) when is_binary(string) do
    decode(string, @url64_values, 6, 4, [0, 2, 3], opts)
  end

  ## Base 32

  @doc "The binary in base 32."
  @spec encode32(binary, case: encode_case, padding: boolean) :: binary
  def encode32(data, opts \\ []) when is_binary(data) do
    alphabet =
      case Keyword.get(opts, :case, :upper) do
        :upper -> @b32_upper_tuple
        :lower -> @b32_lower_tuple
      end

    encode_32(data, alphabet, Keyword.get(opts, :padding, true))
  end

  @doc "The binary in base 32 with the extended hexadecimal alphabet."
  @spec hex_encode32(binary, case: encode_case, padding: boolean) :: binary
  def hex_encode32(data, opts \\ []) when is_binary(data) do
    alphabet =
      case Keyword.get(opts, :case, :upper) do
        :upper -> @hex32_upper_tuple
        :lower -> @hex32_lower_tuple
      end

    encode_32(data, alphabet, Keyword.get(opts, :padding, true))
  end

  defp encode_32(data, alphabet, padding?) do
    missing = rem(5 - rem(bit_size(data), 5), 5)
    text = for <<value::5 <- <<data::binary, 0::size(missing)>> >>, into: "", do: <<elem(alphabet, value)>>
    fill = rem(8 - rem(byte_size(text), 8), 8)
    text <> padding(padding?, :binary.copy("=", fill))
  end

  @doc "The binary that the base 32 text stands for, or `:error`."
  @spec decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def decode32(string, opts \\ []) do
    {:ok, decode32!(string, opts)}
  rescue
    ArgumentError -> :error
  end

  @doc "`decode32/2` that raises `ArgumentError`."
  @spec decode32!(binary, case: decode_case, padding: boolean) :: binary
  def decode32!(string, opts \\ []) when is_binary(string) do
    values = b32_values(Keyword.get(opts, :case, :upper))
    decode(string, values, 5, 8, [0, 2, 4, 5, 7], opts)
  end

  @doc "The binary that the extended hexadecimal base 32 text stands for, or `:error`."
  @spec hex_decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def hex_decode32(string, opts \\ []) do
    {:ok, hex_decode32!(string, opts)}
  rescue
    ArgumentError -> :error
  end

  @doc "`hex_decode32/2` that raises `ArgumentError`."
  @spec hex_decode32!(binary, case: decode_case, padding: boolean) :: binary
  def hex_decode32!(string, opts \\ []) when is_binary(string) do
    values = hex32_values(Keyword.get(opts, :case, :upper))
    decode(string, values, 5, 8, [0, 2, 4, 5, 7], opts)
  end

  ## Decoding characters of `width` bits in groups of `group`

  defp decode(string, values, width, group, lengths, opts) do
    string = if Keyword.get(opts, :ignore) == :whitespace, do: remove_whitespace(string), else: string
    body = unpadded(string, group)
    left = rem(byte_size(body), group)

    if left not in lengths or (Keyword.get(opts, :padding, true) and rem(byte_size(string), group) != 0) do
      raise ArgumentError, "incorrect padding"
    end

    bits = for <<char <- body>>, into: <<>>, do: <<value!(values, char)::size(width)>>
    size = div(bit_size(bits), 8)
    <<bytes::binary-size(size), _::bitstring>> = bits
    bytes
  end

  defp remove_whitespace(string) do
    for <<char <- string>>, char not in ~c"\s\t\r\n", into: "", do: <<char>>
  end

  # Only as many `=` as a last group can have.
  defp unpadded(string, 4), do: strip(string, ["==", "="])
  defp unpadded(string, 8), do: strip(string, ["======", "====", "===", "="])

  defp strip(string, [padding | rest]) do
    size = byte_size(string) - byte_size(padding)

    if size >= 0 and binary_part(string, size, byte_size(padding)) == padding,
      do: binary_part(string, 0, size),
      else: strip(string, rest)
  end

  defp strip(string, []), do: string

  defp value!(values, char) do
    case values do
      %{^char => value} ->
        value

      _ ->
        raise ArgumentError, "non-alphabet character found: #{inspect(<<char>>, binaries: :as_strings)} (byte #{char})"
    end
  end

  @b16_upper_values :maps.from_list(:lists.zip(@b16_upper, :lists.seq(0, 15)))
  @b16_lower_values :maps.from_list(:lists.zip(@b16_lower, :lists.seq(0, 15)))
  defp b16_values(:upper), do: @b16_upper_values
  defp b16_values(:lower), do: @b16_lower_values
  defp b16_values(:mixed), do: :maps.merge(@b16_upper_values, @b16_lower_values)

  @b32_upper_values :maps.from_list(:lists.zip(@b32_upper, :lists.seq(0, 31)))
  @b32_lower_values :maps.from_list(:lists.zip(@b32_lower, :lists.seq(0, 31)))
  defp b32_values(:upper), do: @b32_upper_values
  defp b32_values(:lower), do: @b32_lower_values
  defp b32_values(:mixed), do: :maps.merge(@b32_upper_values, @b32_lower_values)

  @hex32_upper_values :maps.from_list(:lists.zip(@hex32_upper, :lists.seq(0, 31)))
  @hex32_lower_values :maps.from_list(:lists.zip(@hex32_lower, :lists.seq(0, 31)))
  defp hex32_values(:upper), do: @hex32_upper_values
  defp hex32_values(:lower), do: @hex32_lower_values
  defp hex32_values(:mixed), do: :maps.merge(@hex32_upper_values, @hex32_lower_values)
end
