defmodule :json do
  @moduledoc false
  # OTP's JSON module, over Elixir's reader and writer.

  def decode(binary) when is_binary(binary) do
    {value, _, rest} = decode(binary, :ok, %{null: :null})

    case JSON.Decoder.skip(rest) do
      "" -> value
      <<byte, _::binary>> -> :erlang.error({:invalid_byte, byte})
    end
  end

  def decode(binary, acc, decoders) when is_binary(binary) do
    case JSON.Decoder.decode(binary, acc, :maps.merge(%{null: :null}, decoders)) do
      {:error, {:unexpected_end, _}} -> :erlang.error(:unexpected_end)
      {:error, {:invalid_byte, _, byte}} -> :erlang.error({:invalid_byte, byte})
      {:error, {:unexpected_sequence, _, bytes}} -> :erlang.error({:unexpected_sequence, bytes})
      result -> result
    end
  end

  def encode(term), do: encode(term, &encode_value/2)
  def encode(term, encoder) when is_function(encoder, 2), do: encoder.(term, encoder)

  def encode_value(value, _encoder) when is_binary(value), do: encode_binary(value)
  def encode_value(value, encoder) when is_atom(value), do: encode_atom(value, encoder)
  def encode_value(value, _encoder) when is_integer(value), do: encode_integer(value)
  def encode_value(value, _encoder) when is_float(value), do: encode_float(value)
  def encode_value(value, encoder) when is_list(value), do: encode_list(value, encoder)
  def encode_value(value, encoder) when is_map(value), do: encode_map(value, encoder)
  def encode_value(value, _encoder), do: :erlang.error({:unsupported_type, value})

  def encode_atom(:null, _encoder), do: "null"
  def encode_atom(true, _encoder), do: "true"
  def encode_atom(false, _encoder), do: "false"
  def encode_atom(atom, encoder), do: encoder.(:erlang.atom_to_binary(atom), encoder)

  def encode_integer(integer), do: :erlang.integer_to_binary(integer)
  def encode_float(float), do: :erlang.float_to_binary(float, [:short])
  def encode_list(list, encoder), do: JSON.Text.list(list, encoder)
  def encode_binary(binary), do: JSON.Text.encode(binary)

  def encode_binary_escape_all(binary) do
    for <<char::utf8 <- :erlang.iolist_to_binary(JSON.Text.encode(binary))>>, into: "" do
      cond do
        char < 0x80 -> <<char>>
        char < 0x10000 -> unit(char)
        true -> unit(0xD800 + div(char - 0x10000, 0x400)) <> unit(0xDC00 + rem(char - 0x10000, 0x400))
      end
    end
  end

  defp unit(unit) do
    hex = :erlang.integer_to_binary(unit, 16)
    "\\u" <> :binary.copy("0", 4 - byte_size(hex)) <> hex
  end

  def encode_map(map, encoder), do: JSON.Text.map(keys(:maps.to_list(map)), encoder)
  def encode_map_checked(map, encoder), do: encode_key_value_list_checked(:maps.to_list(map), encoder)
  def encode_key_value_list(pairs, encoder), do: JSON.Text.map(keys(pairs), encoder)

  def encode_key_value_list_checked(pairs, encoder) do
    pairs = keys(pairs)

    :lists.foldl(
      fn {key, _}, seen ->
        if is_map_key(seen, key), do: :erlang.error({:duplicate_key, key}), else: :maps.put(key, true, seen)
      end,
      %{},
      pairs
    )

    JSON.Text.map(pairs, encoder)
  end

  defp keys([{key, value} | rest]), do: [{key_text(key), value} | keys(rest)]
  defp keys([]), do: []

  defp key_text(key) when is_binary(key), do: key
  defp key_text(key) when is_atom(key), do: :erlang.atom_to_binary(key)
  defp key_text(key) when is_integer(key), do: :erlang.integer_to_binary(key)
  defp key_text(key) when is_float(key), do: :erlang.float_to_binary(key, [:short])
end
