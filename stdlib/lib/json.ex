defmodule JSON do
  @moduledoc "Reads and writes JSON (RFC 8259)."

  @type decode_error_reason ::
          {:unexpected_end, non_neg_integer}
          | {:invalid_byte, non_neg_integer, byte}
          | {:unexpected_sequence, non_neg_integer, binary}

  @doc "Reads a text: `{:ok, value}` or `{:error, reason}`."
  @spec decode(binary) :: {:ok, term} | {:error, decode_error_reason}
  def decode(binary) when is_binary(binary) do
    case decode(binary, [], []) do
      {value, _acc, rest} ->
        case JSON.Decoder.skip(rest) do
          "" -> {:ok, value}
          <<byte, _::binary>> = rest -> {:error, {:invalid_byte, byte_size(binary) - byte_size(rest), byte}}
        end

      {:error, reason} ->
        {:error, reason}
    end
  end

  @doc "Reads a text with callbacks that build the values: `{value, acc, rest}` or `{:error, reason}`."
  @spec decode(binary, term, keyword) :: {term, term, binary} | {:error, decode_error_reason}
  def decode(binary, acc, decoders) when is_binary(binary) and is_list(decoders) do
    JSON.Decoder.decode(binary, acc, Map.new(decoders))
  end

  @doc "`decode/1` that raises `JSON.DecodeError`."
  @spec decode!(binary) :: term
  def decode!(binary) when is_binary(binary) do
    case decode(binary) do
      {:ok, value} ->
        value

      {:error, {:unexpected_end, offset}} ->
        raise JSON.DecodeError,
          message: "unexpected end of JSON binary at position (byte offset) #{offset}",
          data: binary,
          offset: offset

      {:error, {:invalid_byte, offset, byte}} ->
        raise JSON.DecodeError,
          message: "invalid byte #{byte} at position (byte offset) #{offset}",
          data: binary,
          offset: offset

      {:error, {:unexpected_sequence, offset, bytes}} ->
        raise JSON.DecodeError,
          message: "unexpected sequence #{inspect(bytes)} at position (byte offset) #{offset}",
          data: binary,
          offset: offset
    end
  end

  @doc "The text of a term; `encoder` is asked for every part."
  @spec encode!(term, (term, function -> iodata)) :: binary
  def encode!(term, encoder \\ &protocol_encode/2) do
    IO.iodata_to_binary(encoder.(term, encoder))
  end

  @doc "`encode!/2` as iodata."
  @spec encode_to_iodata!(term, (term, function -> iodata)) :: iodata
  def encode_to_iodata!(term, encoder \\ &protocol_encode/2), do: encoder.(term, encoder)

  @doc "The default encoder: short cuts for the usual types, `JSON.Encoder` for the others."
  @spec protocol_encode(term, (term, function -> iodata)) :: iodata
  def protocol_encode(value, encoder) when is_atom(value) do
    case value do
      nil -> "null"
      true -> "true"
      false -> "false"
      _ -> encoder.(Atom.to_string(value), encoder)
    end
  end

  def protocol_encode(value, _encoder) when is_binary(value), do: JSON.Text.encode(value)
  def protocol_encode(value, _encoder) when is_integer(value), do: Integer.to_string(value)
  def protocol_encode(value, _encoder) when is_float(value), do: Float.to_string(value)
  def protocol_encode(value, encoder) when is_list(value), do: JSON.Text.list(value, encoder)

  def protocol_encode(%{} = value, encoder) when not is_map_key(value, :__struct__) do
    JSON.Text.map(:maps.to_list(value), encoder)
  end

  def protocol_encode(value, encoder), do: JSON.Encoder.encode(value, encoder)
end

defmodule JSON.DecodeError do
  @moduledoc "A text that is not JSON."
  defexception [:message, :offset, :data]
end
