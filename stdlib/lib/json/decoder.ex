defmodule JSON.Decoder do
  @moduledoc false
  # A recursive reader. Faults are thrown as {fault, rest}; the place is where `rest` begins.

  def decode(binary, acc, decoders) do
    try do
      value(skip(binary), acc, decoders)
    catch
      {__MODULE__, :end} -> {:error, {:unexpected_end, byte_size(binary)}}
      {__MODULE__, :byte, <<byte, _::binary>> = rest} -> {:error, {:invalid_byte, offset(binary, rest), byte}}
      {__MODULE__, :sequence, text, rest} -> {:error, {:unexpected_sequence, offset(binary, rest), text}}
    end
  end

  defp offset(binary, rest), do: byte_size(binary) - byte_size(rest)

  def skip(<<space, rest::binary>>) when space in [?\s, ?\t, ?\n, ?\r], do: skip(rest)
  def skip(rest), do: rest

  defp bad(""), do: throw({__MODULE__, :end})
  defp bad(rest), do: throw({__MODULE__, :byte, rest})

  defp value(<<?", rest::binary>>, acc, decoders) do
    {string, rest} = string(rest)
    {with_decoder(decoders, :string, string), acc, rest}
  end

  defp value(<<?{, rest::binary>>, acc, decoders) do
    object = start(decoders, :object_start, acc)

    case skip(rest) do
      <<?}, rest::binary>> -> finish_object(object, acc, rest, decoders)
      rest -> pairs(rest, object, acc, decoders)
    end
  end

  defp value(<<?[, rest::binary>>, acc, decoders) do
    array = start(decoders, :array_start, acc)

    case skip(rest) do
      <<?], rest::binary>> -> finish_array(array, acc, rest, decoders)
      rest -> elements(rest, array, acc, decoders)
    end
  end

  defp value(<<"true", rest::binary>>, acc, _decoders), do: {true, acc, rest}
  defp value(<<"false", rest::binary>>, acc, _decoders), do: {false, acc, rest}
  defp value(<<"null", rest::binary>>, acc, decoders), do: {Map.get(decoders, :null, nil), acc, rest}

  defp value(<<char, _::binary>> = text, acc, decoders) when char in ?0..?9 or char == ?- do
    {number, rest} = number(text, decoders)
    {number, acc, rest}
  end

  defp value(<<?t, _::binary>> = rest, _acc, _decoders), do: bad_word(rest, "true")
  defp value(<<?f, _::binary>> = rest, _acc, _decoders), do: bad_word(rest, "false")
  defp value(<<?n, _::binary>> = rest, _acc, _decoders), do: bad_word(rest, "null")
  defp value(rest, _acc, _decoders), do: bad(rest)

  defp bad_word(rest, word) when byte_size(rest) <= byte_size(word), do: bad(binary_part(rest, 0, 0))
  defp bad_word(<<same, rest::binary>>, <<same, word::binary>>), do: bad_word_rest(rest, word)

  defp bad_word_rest(<<same, rest::binary>>, <<same, word::binary>>), do: bad_word_rest(rest, word)
  defp bad_word_rest(rest, _word), do: bad(rest)

  ## Arrays and objects

  defp elements(rest, array, acc, decoders) do
    {value, array, rest} = value(rest, array, decoders)
    array = push(decoders, value, array)

    case skip(rest) do
      <<?,, rest::binary>> -> elements(skip(rest), array, acc, decoders)
      <<?], rest::binary>> -> finish_array(array, acc, rest, decoders)
      rest -> bad(rest)
    end
  end

  defp pairs(<<?", rest::binary>>, object, acc, decoders) do
    {key, rest} = string(rest)
    key = with_decoder(decoders, :string, key)

    case skip(rest) do
      <<?:, rest::binary>> ->
        {value, object, rest} = value(skip(rest), object, decoders)
        object = push(decoders, key, value, object)

        case skip(rest) do
          <<?,, rest::binary>> -> pairs(skip(rest), object, acc, decoders)
          <<?}, rest::binary>> -> finish_object(object, acc, rest, decoders)
          rest -> bad(rest)
        end

      rest ->
        bad(rest)
    end
  end

  defp pairs(rest, _object, _acc, _decoders), do: bad(rest)

  defp start(decoders, name, acc) do
    case decoders do
      %{^name => fun} -> fun.(acc)
      _ -> []
    end
  end

  defp push(%{array_push: fun}, value, array), do: fun.(value, array)
  defp push(_decoders, value, array), do: [value | array]

  defp push(%{object_push: fun}, key, value, object), do: fun.(key, value, object)
  defp push(_decoders, key, value, object), do: [{key, value} | object]

  defp finish_array(array, acc, rest, %{array_finish: fun}) do
    {value, acc} = fun.(array, acc)
    {value, acc, rest}
  end

  defp finish_array(array, acc, rest, _decoders), do: {:lists.reverse(array), acc, rest}

  defp finish_object(object, acc, rest, %{object_finish: fun}) do
    {value, acc} = fun.(object, acc)
    {value, acc, rest}
  end

  # Pairs stand last first here, so that the first of equal keys stays.
  defp finish_object(object, acc, rest, _decoders), do: {:maps.from_list(object), acc, rest}

  defp with_decoder(decoders, name, text) do
    case decoders do
      %{^name => fun} -> fun.(text)
      _ -> text
    end
  end

  ## Numbers

  defp number(text, decoders) do
    after_sign = if match?(<<?-, _::binary>>, text), do: 1, else: 0

    whole =
      case text do
        <<_::binary-size(after_sign), ?0, _::binary>> -> after_sign + 1
        <<_::binary-size(after_sign), digit, _::binary>> when digit in ?1..?9 -> digits(text, after_sign)
        <<_::binary-size(after_sign), rest::binary>> -> bad(rest)
      end

    fraction = fraction(text, whole)
    size = exponent(text, fraction)
    <<number::binary-size(size), rest::binary>> = text

    if size == whole,
      do: {integer(number, decoders), rest},
      else: {float(text, number, whole, fraction, decoders), rest}
  end

  defp digits(text, from) do
    case text do
      <<_::binary-size(from), digit, _::binary>> when digit in ?0..?9 -> digits(text, from + 1)
      _ -> from
    end
  end

  defp fraction(text, from) do
    case text do
      <<_::binary-size(from), ?., _::binary>> -> some_digits(text, from + 1)
      _ -> from
    end
  end

  defp exponent(text, from) do
    case text do
      <<_::binary-size(from), e, sign, _::binary>> when e in [?e, ?E] and sign in [?+, ?-] -> some_digits(text, from + 2)
      <<_::binary-size(from), e, _::binary>> when e in [?e, ?E] -> some_digits(text, from + 1)
      _ -> from
    end
  end

  defp some_digits(text, from) do
    case digits(text, from) do
      ^from -> bad(binary_part(text, from, byte_size(text) - from))
      last -> last
    end
  end

  defp integer(number, %{integer: fun}), do: fun.(number)
  defp integer(number, _decoders), do: :erlang.binary_to_integer(number)

  # Erlang's reader wants digits behind a point.
  defp float(text, number, whole, fraction, decoders) do
    normal =
      if fraction == whole,
        do: binary_part(number, 0, whole) <> ".0" <> binary_part(number, whole, byte_size(number) - whole),
        else: number

    case decoders do
      %{float: fun} -> fun.(normal)
      _ -> to_float(text, number, normal)
    end
  end

  defp to_float(text, number, normal) do
    :erlang.binary_to_float(normal)
  rescue
    ArgumentError -> throw({__MODULE__, :sequence, number, text})
  end

  ## Strings: `size` bytes of `text` are read and need no change

  defp string(text), do: string(text, text, 0, [])

  defp string(rest, text, size, acc) do
    case rest do
      <<byte, rest::binary>> when byte >= 0x20 and byte < 0x80 and byte != ?" and byte != ?\\ ->
        string(rest, text, size + 1, acc)

      <<?", rest::binary>> ->
        {finish_string(text, size, acc), rest}

      <<?\\, rest::binary>> ->
        escape(rest, [binary_part(text, 0, size) | acc])

      <<char::utf8, rest::binary>> when char >= 0x80 ->
        string(rest, text, size + byte_size(<<char::utf8>>), acc)

      rest ->
        bad(rest)
    end
  end

  defp finish_string(text, size, []), do: binary_part(text, 0, size)
  defp finish_string(text, size, acc), do: IO.iodata_to_binary(:lists.reverse(acc, [binary_part(text, 0, size)]))

  defp escape(<<char, rest::binary>> = all, acc) do
    case char do
      ?" -> string(rest, rest, 0, [?" | acc])
      ?\\ -> string(rest, rest, 0, [?\\ | acc])
      ?/ -> string(rest, rest, 0, [?/ | acc])
      ?b -> string(rest, rest, 0, [?\b | acc])
      ?f -> string(rest, rest, 0, [?\f | acc])
      ?n -> string(rest, rest, 0, [?\n | acc])
      ?r -> string(rest, rest, 0, [?\r | acc])
      ?t -> string(rest, rest, 0, [?\t | acc])
      ?u -> unicode(rest, all, acc)
      _ -> bad(all)
    end
  end

  defp escape("", _acc), do: bad("")

  defp unicode(rest, start, acc) do
    {unit, rest} = hex4(rest)

    cond do
      unit in 0xD800..0xDBFF -> low_surrogate(rest, unit, start, acc)
      unit in 0xDC00..0xDFFF -> throw({__MODULE__, :sequence, "\\" <> binary_part(start, 0, 5), back(start)})
      true -> string(rest, rest, 0, [<<unit::utf8>> | acc])
    end
  end

  defp low_surrogate(<<?\\, ?u, rest::binary>>, high, start, acc) do
    {low, rest} = hex4(rest)

    if low in 0xDC00..0xDFFF do
      char = 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00)
      string(rest, rest, 0, [<<char::utf8>> | acc])
    else
      throw({__MODULE__, :sequence, "\\" <> binary_part(start, 0, 11), back(start)})
    end
  end

  defp low_surrogate(rest, _high, _start, _acc) when byte_size(rest) < 6, do: bad(binary_part(rest, 0, 0))

  defp low_surrogate(_rest, _high, start, _acc) do
    throw({__MODULE__, :sequence, "\\" <> binary_part(start, 0, 5), back(start)})
  end

  # The place of the backslash, one byte before.
  defp back(start), do: <<?\\, start::binary>>

  defp hex4(<<a, b, c, d, rest::binary>> = all) do
    with {:ok, a} <- hex(a), {:ok, b} <- hex(b), {:ok, c} <- hex(c), {:ok, d} <- hex(d) do
      {a * 4096 + b * 256 + c * 16 + d, rest}
    else
      :error -> bad(first_bad(all))
    end
  end

  defp hex4(_rest), do: bad("")

  defp first_bad(<<char, rest::binary>> = all), do: if(hex(char) == :error, do: all, else: first_bad(rest))

  defp hex(char) when char in ?0..?9, do: {:ok, char - ?0}
  defp hex(char) when char in ?a..?f, do: {:ok, char - ?a + 10}
  defp hex(char) when char in ?A..?F, do: {:ok, char - ?A + 10}
  defp hex(_char), do: :error
end
