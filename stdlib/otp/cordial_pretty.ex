defmodule :cordial_pretty do
  @moduledoc false
  # Erlang terms as text: flat, or laid out in lines as io_lib_pretty does.
  # A measured term is {content, width}; content is text, or {kind, measured parts}.

  @doc "The term on one line; depth -1 is no limit."
  def flat(term, depth, strings?, encoding), do: text(measure(term, depth, strings?, encoding))

  def pretty(term, column, line_length, depth, encoding, strings? \\ true) do
    lay(measure(term, depth, strings?, encoding), column, line_length, column - 1, 0)
  end

  ## Measuring

  defp measure(_term, 0, _strings?, _encoding), do: plain("...")
  defp measure(atom, _depth, _strings?, encoding) when is_atom(atom), do: plain(atom(atom, encoding))
  defp measure(int, _depth, _strings?, _encoding) when is_integer(int), do: plain(:erlang.integer_to_binary(int))
  defp measure(float, _depth, _strings?, _encoding) when is_float(float), do: plain(:erlang.float_to_binary(float, [:short]))
  defp measure([], _depth, _strings?, _encoding), do: plain("[]")
  defp measure({}, _depth, _strings?, _encoding), do: plain("{}")

  defp measure(list, depth, strings?, encoding) when is_list(list) do
    if strings? and printable?(list, encoding),
      do: plain(quoted(list, ?", encoding)),
      else: container(:list, "[", elements(list, depth, strings?, encoding), "]")
  end

  defp measure(tuple, depth, strings?, encoding) when is_tuple(tuple) do
    parts = tuple_elements(:erlang.tuple_to_list(tuple), depth, strings?, encoding)
    kind = if is_atom(:erlang.element(1, tuple)) and tuple_size(tuple) > 1, do: :tagged, else: :tuple
    container(kind, "{", parts, "}")
  end

  defp measure(map, depth, strings?, encoding) when is_map(map) do
    container(:map, "\#{", pairs(:maps.to_list(map), depth, strings?, encoding), "}")
  end

  defp measure(binary, depth, strings?, encoding) when is_binary(binary) and strings? and binary != "" do
    case binary_string(binary, encoding) do
      nil -> plain(bytes(binary, depth))
      string -> plain(string)
    end
  end

  defp measure(bits, depth, _strings?, _encoding) when is_bitstring(bits), do: plain(bytes(bits, depth))
  defp measure(pid, _depth, _strings?, _encoding) when is_pid(pid), do: plain(:erlang.list_to_binary(:erlang.pid_to_list(pid)))
  defp measure(ref, _depth, _strings?, _encoding) when is_reference(ref), do: plain(:erlang.list_to_binary(:erlang.ref_to_list(ref)))
  defp measure(port, _depth, _strings?, _encoding) when is_port(port), do: plain(:erlang.list_to_binary(:erlang.port_to_list(port)))
  defp measure(fun, _depth, _strings?, _encoding) when is_function(fun), do: plain(:erlang.list_to_binary(:erlang.fun_to_list(fun)))

  defp plain(text), do: {text, width(text)}
  defp width(text), do: length(:unicode.characters_to_list(text))

  defp container(kind, open, parts, close) do
    inner = :lists.foldl(fn {_, {_, width}}, sum -> sum + width + 1 end, 0, parts)
    {{kind, open, parts, close}, byte_size(open) + max(inner - 1, 0) + byte_size(close)}
  end

  # Parts are {separator before, measured}.
  defp elements([head | tail], depth, strings?, encoding) do
    [{"", measure(head, less(depth), strings?, encoding)} | more(tail, less(depth), strings?, encoding)]
  end

  defp more([], _depth, _strings?, _encoding), do: []
  defp more(_tail, 1, _strings?, _encoding), do: [{"|", plain("...")}]

  defp more([head | tail], depth, strings?, encoding) do
    [{",", measure(head, less(depth), strings?, encoding)} | more(tail, less(depth), strings?, encoding)]
  end

  defp more(tail, depth, strings?, encoding), do: [{"|", measure(tail, less(depth), strings?, encoding)}]

  defp tuple_elements([head | tail], depth, strings?, encoding) do
    if depth == 1,
      do: [{"", plain("...")}],
      else: [{"", measure(head, less(depth), strings?, encoding)} | tuple_more(tail, less(depth), strings?, encoding)]
  end

  defp tuple_more([], _depth, _strings?, _encoding), do: []
  defp tuple_more(_tail, 1, _strings?, _encoding), do: [{",", plain("...")}]

  defp tuple_more([head | tail], depth, strings?, encoding) do
    [{",", measure(head, less(depth), strings?, encoding)} | tuple_more(tail, less(depth), strings?, encoding)]
  end

  defp pairs([], _depth, _strings?, _encoding), do: []
  defp pairs(_pairs, 1, _strings?, _encoding), do: [{"", plain("...")}]
  defp pairs(pairs, depth, strings?, encoding), do: pairs(pairs, depth, strings?, encoding, "")

  defp pairs([], _depth, _strings?, _encoding, _separator), do: []
  defp pairs(_pairs, 1, _strings?, _encoding, separator), do: [{separator, plain("...")}]

  defp pairs([{key, value} | rest], depth, strings?, encoding, separator) do
    {_, key_width} = key = measure(key, less(depth), strings?, encoding)
    {_, value_width} = value = measure(value, less(depth), strings?, encoding)
    [{separator, {{:pair, key, value}, key_width + 4 + value_width}} | pairs(rest, less(depth), strings?, encoding, ",")]
  end

  defp less(-1), do: -1
  defp less(depth), do: depth - 1

  ## Flat text

  defp text({{:pair, key, value}, _width}), do: [text(key), " => ", text(value)]
  defp text({{_kind, open, parts, close}, _width}), do: [open, for_parts(parts), close]
  defp text({text, _width}), do: text

  defp for_parts([{separator, part} | rest]), do: [separator, text(part) | for_parts(rest)]
  defp for_parts([]), do: []

  ## Lines. `column` counts from 1; `closers` brackets follow the term on its line.

  defp lay({content, width} = part, column, limit, _indent, closers)
       when is_binary(content) or is_list(content) or width < limit - column - closers do
    text(part)
  end

  defp lay({{:map, open, parts, close}, _}, column, limit, indent, closers) do
    [open, lay_parts(parts, column + 2, limit, indent + 2, closers), close]
  end

  defp lay({{:tagged, open, [{_, {tag, width}} | parts], close}, _}, column, limit, indent, closers) do
    [{_, first} | rest] = parts
    inner = width + 2
    [open, tag, ",", lay_parts([{"", first} | rest], column + inner, limit, indent + inner, closers), close]
  end

  defp lay({{:pair, key, value}, _}, column, limit, indent, closers) do
    [lay(key, column, limit, indent, 0), " =>\n", spaces(indent + 4), lay(value, column + 4, limit, indent + 4, closers)]
  end

  defp lay({{_kind, open, parts, close}, _}, column, limit, indent, closers) do
    [open, lay_parts(parts, column + 1, limit, indent + 1, closers), close]
  end

  defp lay_parts([{_, first} | rest], column, limit, indent, closers) do
    {width, text} = lay_part(first, column, limit, indent, last(rest, closers))
    [text | lay_rest(rest, column, column + width, limit, indent, closers)]
  end

  # Plain parts go on as long as the line has room; others begin a line and end it.
  defp lay_rest([{separator, {content, width} = part} | rest], column, at, limit, indent, closers) do
    left = last(rest, closers)
    needed = width + 1

    fits? = if left == 0, do: needed + 1 < limit - at, else: needed < limit - at - left

    if is_binary(content) and fits? do
      [separator, content | lay_rest(rest, column, at + needed, limit, indent, closers)]
    else
      {width, text} = lay_part(part, column, limit, indent, left)
      [separator, "\n", spaces(indent), text | lay_rest(rest, column, column + width, limit, indent, closers)]
    end
  end

  defp lay_rest([], _column, _at, _limit, _indent, _closers), do: []

  defp lay_part({content, width} = part, column, limit, indent, closers) do
    if is_binary(content) and width < limit - column - closers,
      do: {width, content},
      else: {limit, lay(part, column, limit, indent, closers)}
  end

  defp last([], closers), do: closers + 1
  defp last(_rest, _closers), do: 0

  defp spaces(count), do: :lists.duplicate(count, ?\s)

  ## Atoms, strings, binaries

  def atom(atom, encoding) do
    name = :erlang.atom_to_binary(atom)
    if bare?(name) and not reserved?(atom), do: name, else: quoted(:unicode.characters_to_list(name), ?', encoding)
  end

  defp bare?(<<first::utf8, rest::binary>>) when first in ?a..?z or (first in 0xDF..0xFF and first != 0xF7), do: name?(rest)
  defp bare?(_name), do: false

  defp name?(<<char::utf8, rest::binary>>)
       when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in [?_, ?@] or
              (char in 0xC0..0xFF and char not in [0xD7, 0xF7]) do
    name?(rest)
  end

  defp name?(""), do: true
  defp name?(_rest), do: false

  defp reserved?(atom) do
    :lists.member(atom, [
      :after, :and, :andalso, :band, :begin, :bnot, :bor, :bsl, :bsr, :bxor, :case, :catch, :cond, :div, :else,
      :end, :fun, :if, :let, :maybe, :not, :of, :or, :orelse, :receive, :rem, :try, :when, :xor
    ])
  end

  defp printable?(list, :unicode), do: :io_lib.printable_unicode_list(list)
  defp printable?(list, _latin1), do: :io_lib.printable_latin1_list(list)

  @doc "Characters between quotes, with escapes."
  def quoted(chars, quote, encoding), do: :unicode.characters_to_binary([quote, escaped(chars, quote, encoding), quote])

  def escaped([char | rest], quote, encoding), do: [escape(char, quote, encoding) | escaped(rest, quote, encoding)]
  def escaped([], _quote, _encoding), do: []

  defp escape(quote, quote, _encoding), do: [?\\, quote]
  defp escape(?\\, _quote, _encoding), do: "\\\\"
  defp escape(?\n, _quote, _encoding), do: "\\n"
  defp escape(?\t, _quote, _encoding), do: "\\t"
  defp escape(?\v, _quote, _encoding), do: "\\v"
  defp escape(?\b, _quote, _encoding), do: "\\b"
  defp escape(?\f, _quote, _encoding), do: "\\f"
  defp escape(?\r, _quote, _encoding), do: "\\r"
  defp escape(?\e, _quote, _encoding), do: "\\e"
  defp escape(0x7F, _quote, _encoding), do: "\\d"
  defp escape(char, _quote, _encoding) when char < 0x20 or char in 0x80..0x9F, do: octal(char)
  defp escape(char, _quote, :latin1) when char > 255, do: ["\\x{", :erlang.integer_to_binary(char, 16), "}"]
  defp escape(char, _quote, _encoding), do: char

  defp octal(char), do: [?\\, ?0 + :erlang.bsr(char, 6), ?0 + :erlang.band(:erlang.bsr(char, 3), 7), ?0 + :erlang.band(char, 7)]

  defp binary_string(binary, :unicode) do
    with chars when is_list(chars) <- :unicode.characters_to_list(binary),
         true <- :io_lib.printable_unicode_list(chars) do
      suffix = if :io_lib.latin1_char_list(chars) and length(chars) == byte_size(binary), do: "", else: "/utf8"
      "<<" <> quoted(chars, ?", :unicode) <> suffix <> ">>"
    else
      _ -> binary_string(binary, :latin1)
    end
  end

  defp binary_string(binary, _latin1) do
    chars = :erlang.binary_to_list(binary)
    if :io_lib.printable_latin1_list(chars), do: "<<" <> quoted(chars, ?", :latin1) <> ">>", else: nil
  end

  defp bytes(<<>>, _depth), do: "<<>>"
  defp bytes(_bits, 1), do: "<<...>>"
  defp bytes(bits, depth), do: :erlang.iolist_to_binary(["<<", byte_list(bits, depth), ">>"])

  defp byte_list(_bits, 1), do: "..."
  defp byte_list(<<byte>>, _depth), do: :erlang.integer_to_binary(byte)
  defp byte_list(<<byte, rest::bitstring>>, depth), do: [:erlang.integer_to_binary(byte), ",", byte_list(rest, less(depth))]

  defp byte_list(bits, _depth) do
    size = bit_size(bits)
    <<value::size(size)>> = bits
    [:erlang.integer_to_binary(value), ":", :erlang.integer_to_binary(size)]
  end
end
