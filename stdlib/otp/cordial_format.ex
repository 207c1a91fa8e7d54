defmodule :cordial_format do
  @moduledoc false
  # Formats of :io_lib.format/2: ~[-F.P.Pad][tkl]c

  def format(format, args), do: build(scan(format, args))

  @doc "The format as characters and maps, each with its arguments."
  def scan(format, args) when is_list(args) do
    format |> chars() |> scan_1(args)
  end

  def scan(_format, _args), do: :erlang.error(:badarg)

  defp chars(format) when is_binary(format), do: :unicode.characters_to_list(format)
  defp chars(format) when is_atom(format), do: :erlang.atom_to_list(format)
  defp chars(format) when is_list(format), do: :unicode.characters_to_list(format)

  defp scan_1([?~ | rest], args) do
    {directive, rest, args} = directive(rest, args)
    [directive | scan_1(rest, args)]
  end

  defp scan_1([char | rest], args), do: [char | scan_1(rest, args)]
  defp scan_1([], []), do: []
  defp scan_1([], _args), do: :erlang.error(:badarg)

  defp directive(format, args) do
    {adjust, format} =
      case format do
        [?- | rest] -> {:left, rest}
        _ -> {:right, format}
      end

    {width, format, args} = field(format, args)
    {adjust, width} = if is_integer(width) and width < 0, do: {:left, -width}, else: {adjust, width}
    {precision, format, args} = precision(format, args)
    {pad, format, args} = pad(format, args)
    {flags, [control | format]} = flags(format, [])
    {values, args} = values(control, args)

    directive = %{
      control_char: control,
      args: values,
      width: width,
      adjust: adjust,
      precision: precision,
      pad_char: pad,
      encoding: if(:lists.member(?t, flags), do: :unicode, else: :latin1),
      strings: not :lists.member(?l, flags)
    }

    {directive, format, args}
  end

  defp field([?* | format], [value | args]) when is_integer(value), do: {value, format, args}
  defp field([digit | _] = format, args) when digit in ?0..?9, do: number(format, 0, args)
  defp field(format, args), do: {:none, format, args}

  defp number([digit | rest], n, args) when digit in ?0..?9, do: number(rest, n * 10 + digit - ?0, args)
  defp number(rest, n, args), do: {n, rest, args}

  defp precision([?. | format], args), do: field(format, args)
  defp precision(format, args), do: {:none, format, args}

  defp pad([?., ?* | format], [pad | args]) when is_integer(pad), do: {pad, format, args}
  defp pad([?., ?* | _], _args), do: :erlang.error(:badarg)
  defp pad([?., pad | format], args), do: {pad, format, args}
  defp pad(format, args), do: {?\s, format, args}

  defp flags([flag | rest], acc) when flag in [?t, ?l, ?k, ?K], do: flags(rest, [flag | acc])
  defp flags(rest, acc), do: {acc, rest}

  defp values(control, args) when control in [?~, ?n], do: {[], args}
  defp values(control, [a, b | args]) when control in [?W, ?P, ?x, ?X], do: {[a, b], args}
  defp values(control, [a | args]) when control in ~c"wpscefgbB#+i", do: {[a], args}
  defp values(_control, _args), do: :erlang.error(:badarg)

  def unscan([%{control_char: control, args: args} | rest]) do
    {format, all} = unscan(rest)
    {[?~, control | format], args ++ all}
  end

  def unscan([char | rest]) do
    {format, args} = unscan(rest)
    {[char | format], args}
  end

  def unscan([]), do: {[], []}

  @doc "The text; the column is followed for pretty terms."
  def build(parts), do: build(parts, 0)

  defp build([%{} = directive | rest], column) do
    text = control(directive, column)
    [text | build(rest, :io_lib.indentation(:unicode.characters_to_list(text), column))]
  end

  defp build([?\n | rest], _column), do: [?\n | build(rest, 0)]
  defp build([char | rest], column), do: [char | build(rest, column + 1)]
  defp build([], _column), do: []

  defp control(%{control_char: ?~} = d, _column), do: repeat([?~], d)
  defp control(%{control_char: ?n} = d, _column), do: repeat([?\n], %{d | precision: :none})
  defp control(%{control_char: ?i}, _column), do: []

  defp control(%{control_char: ?c, args: [char]} = d, _column) when is_integer(char) do
    char = if d.encoding == :unicode, do: char, else: :erlang.band(char, 255)
    count = if d.precision == :none, do: if(d.width == :none, do: 1, else: d.width), else: d.precision
    adjust(:lists.duplicate(count, char), d.width, d)
  end

  defp control(%{control_char: ?w, args: [term]} = d, _column) do
    :cordial_pretty.flat(term, -1, false, d.encoding) |> sized(d)
  end

  defp control(%{control_char: ?W, args: [term, depth]} = d, _column) when is_integer(depth) do
    :cordial_pretty.flat(term, depth, false, d.encoding) |> sized(d)
  end

  defp control(%{control_char: ?p, args: [term]} = d, column), do: pretty(term, -1, d, column)
  defp control(%{control_char: ?P, args: [term, depth]} = d, column) when is_integer(depth), do: pretty(term, depth, d, column)

  defp control(%{control_char: ?s, args: [text]} = d, _column), do: string(characters(text, d.encoding), d)

  defp control(%{control_char: ?b, args: [int]} = d, _column), do: integer(int, d, "", :lower)
  defp control(%{control_char: ?B, args: [int]} = d, _column), do: integer(int, d, "", :upper)
  defp control(%{control_char: ?x, args: [int, prefix]} = d, _column) when is_list(prefix) or is_atom(prefix), do: integer(int, d, prefix(prefix), :lower)
  defp control(%{control_char: ?X, args: [int, prefix]} = d, _column) when is_list(prefix) or is_atom(prefix), do: integer(int, d, prefix(prefix), :upper)
  defp control(%{control_char: ?#, args: [int]} = d, _column), do: integer(int, d, :erlang.integer_to_binary(base(d)) <> "#", :upper)
  defp control(%{control_char: ?+, args: [int]} = d, _column), do: integer(int, d, :erlang.integer_to_binary(base(d)) <> "#", :lower)

  defp control(%{control_char: ?f, args: [x]} = d, _column) when is_number(x) do
    precision = if d.precision == :none, do: 6, else: d.precision
    if precision < 1, do: :erlang.error(:badarg)
    fixed(float(x), precision) |> sized(%{d | precision: :none})
  end

  defp control(%{control_char: ?e, args: [x]} = d, _column) when is_number(x) do
    scientific(float(x), digits(d)) |> sized(%{d | precision: :none})
  end

  defp control(%{control_char: ?g, args: [x]} = d, _column) when is_number(x) do
    general(float(x), digits(d)) |> sized(%{d | precision: :none})
  end

  defp control(_directive, _column), do: :erlang.error(:badarg)

  defp float(x), do: x * 1.0

  defp digits(%{precision: :none}), do: 6
  defp digits(%{precision: precision}) when precision >= 2, do: precision
  defp digits(_directive), do: :erlang.error(:badarg)

  defp fixed(x, precision), do: :erlang.float_to_binary(x, decimals: precision)

  # Erlang's exponents have no leading zeros.
  defp scientific(x, digits) do
    text = :erlang.float_to_binary(x, scientific: digits - 1)
    [mantissa, <<sign, exponent::binary>>] = :binary.split(text, "e")
    mantissa <> "e" <> <<sign>> <> :erlang.integer_to_binary(:erlang.binary_to_integer(exponent))
  end

  defp general(x, digits) do
    size = abs(x)

    decimals =
      cond do
        size < 0.1 -> -1
        size < 1.0 -> digits
        size < 10.0 -> digits - 1
        size < 100.0 -> digits - 2
        size < 1000.0 -> digits - 3
        size < 10000.0 -> digits - 4
        true -> -1
      end

    if decimals >= 1 or (decimals == 0 and size < 1.0), do: fixed(x, decimals), else: scientific(x, digits)
  end

  defp prefix(prefix) when is_atom(prefix), do: :erlang.atom_to_binary(prefix)
  defp prefix(prefix), do: :unicode.characters_to_binary(prefix)

  defp base(%{precision: :none}), do: 10
  defp base(%{precision: base}) when base in 2..36, do: base
  defp base(_directive), do: :erlang.error(:badarg)

  defp integer(int, d, prefix, letters) when is_integer(int) do
    digits = :erlang.integer_to_binary(abs(int), base(d))
    digits = if letters == :lower, do: lower(digits), else: digits
    sign = if int < 0, do: "-", else: ""
    (sign <> prefix <> digits) |> sized(%{d | precision: :none})
  end

  defp integer(_int, _d, _prefix, _letters), do: :erlang.error(:badarg)

  defp lower(text), do: for(<<char <- text>>, into: "", do: if(char in ?A..?Z, do: <<char + 32>>, else: <<char>>))

  defp pretty(term, depth, d, column) do
    line_length = if d.width == :none, do: 80, else: d.width
    column = if d.precision == :none, do: column + 1, else: d.precision

    if line_length == 0,
      do: :cordial_pretty.flat(term, depth, d.strings, d.encoding),
      else: :cordial_pretty.pretty(term, column, line_length, depth, d.encoding, d.strings)
  end

  defp characters(text, _encoding) when is_atom(text), do: :unicode.characters_to_list(:erlang.atom_to_binary(text))
  defp characters(text, :latin1) when is_binary(text), do: :erlang.binary_to_list(text)

  defp characters(text, :latin1) when is_list(text) do
    :erlang.binary_to_list(:erlang.iolist_to_binary(text))
  end

  defp characters(text, :unicode) when is_binary(text) or is_list(text) do
    case :unicode.characters_to_list(text) do
      chars when is_list(chars) -> chars
      _ -> :erlang.error(:badarg)
    end
  end

  defp characters(_text, _encoding), do: :erlang.error(:badarg)

  defp string(chars, %{width: :none, precision: :none}), do: chars
  defp string(chars, %{width: width, precision: :none} = d), do: adjust(:lists.sublist(chars, width), width, d)

  # The text fills the precision, and that fills the width.
  defp string(chars, %{width: :none, precision: precision} = d), do: adjust(:lists.sublist(chars, precision), precision, d)

  defp string(chars, %{width: width, precision: precision} = d) do
    chars |> :lists.sublist(precision) |> adjust(precision, %{d | adjust: :left}) |> :lists.sublist(width) |> adjust(width, d)
  end

  # Terms that are too wide become stars.
  defp sized(text, %{width: :none, precision: :none}), do: text
  defp sized(text, %{precision: :none, width: width} = d), do: boxed(text, width, d)
  defp sized(text, %{width: :none, precision: precision} = d), do: boxed(text, precision, d)
  defp sized(text, %{width: width, precision: precision} = d), do: text |> boxed(precision, d) |> adjust(width, d)

  defp boxed(text, width, d) do
    chars = :unicode.characters_to_list(text)
    if length(chars) > width, do: :lists.duplicate(width, ?*), else: adjust(chars, width, d)
  end

  defp adjust(chars, :none, _d), do: chars

  defp adjust(chars, width, %{adjust: adjust, pad_char: pad}) do
    missing = :lists.duplicate(max(width - length(chars), 0), pad)
    if adjust == :left, do: chars ++ missing, else: missing ++ chars
  end

  defp repeat(chars, %{width: :none}), do: chars
  defp repeat([char], %{width: width}), do: :lists.duplicate(width, char)

  ## fread: ~d ~u ~f ~s ~a ~c ~l ~~

  def fread(format, string), do: fread(chars(format), string, 0, [])

  defp fread([?~, ?l | format], string, n, acc), do: fread(format, string, n, [n | acc])
  defp fread([?~, ?~ | format], [?~ | string], n, acc), do: fread(format, string, n + 1, acc)
  defp fread([?~, ?c | format], [char | string], n, acc), do: fread(format, string, n + 1, [[char] | acc])

  defp fread([?~, directive | format], string, n, acc) do
    {string, n} = skip(string, n)

    if string == [] and acc == [] and n > 0 do
      {:more, [?~, directive | format], n, acc}
    else
      {word, rest} = :lists.splitwith(&word?(directive, &1), string)

      case value(directive, word) do
        {:ok, value} -> fread(format, rest, n + length(word), [value | acc])
        :error when string == [] -> {:more, [?~, directive | format], n, :lists.reverse(acc)}
        {:error, why} -> {:error, {:fread, why}}
        :error -> {:error, {:fread, :integer}}
      end
    end
  end

  defp fread([space | format], string, n, acc) when space in [?\s, ?\t, ?\n] do
    {string, n} = skip(string, n)
    fread(format, string, n, acc)
  end

  defp fread([char | format], [char | string], n, acc), do: fread(format, string, n + 1, acc)
  defp fread([_ | _], [_ | _], _n, _acc), do: {:error, {:fread, :input}}
  defp fread([_ | _] = format, [], n, acc), do: {:more, format, n, :lists.reverse(acc)}
  defp fread([], rest, _n, acc), do: {:ok, :lists.reverse(acc), rest}

  defp skip([space | rest], n) when space in [?\s, ?\t, ?\n, ?\r], do: skip(rest, n + 1)
  defp skip(string, n), do: {string, n}

  defp word?(?d, char), do: char in ?0..?9 or char in [?-, ?+]
  defp word?(?u, char), do: char in ?0..?9
  defp word?(?f, char), do: char in ?0..?9 or char in [?-, ?+, ?., ?e, ?E]
  defp word?(_directive, char), do: char not in [?\s, ?\t, ?\n, ?\r]

  defp value(?s, word), do: {:ok, word}
  defp value(?a, word), do: {:ok, :erlang.list_to_atom(word)}
  defp value(?f, word), do: attempt(fn -> :erlang.list_to_float(word) end, :float)
  defp value(directive, word) when directive in [?d, ?u], do: attempt(fn -> :erlang.list_to_integer(word) end, :integer)

  defp attempt(fun, why) do
    {:ok, fun.()}
  catch
    :error, _ -> {:error, why}
  end
end
