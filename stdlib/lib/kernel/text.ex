defmodule Kernel.Text do
  @moduledoc false
  # The expansions of `<>` and sigils, and slices of binaries.
  # Kernel's macros call it while they expand; so, as in Kernel.Utils, it does without the macros that call it.

  ## Strings

  @doc "What `=~` says of a text and a text or regular expression."
  def matches?(_text, ""), do: true
  def matches?(text, part) when is_binary(part), do: :binary.match(text, part) != :nomatch
  def matches?(text, regex), do: Regex.match?(regex, text)

  @doc "The expansion of `left <> right`."
  def concat(left, right, caller) do
    pieces = concat_pieces({:<>, [], [left, right]}, caller, caller.context == :match)
    {:<<>>, [], pieces}
  end

  defp concat_pieces({:<>, _, [left, right]}, caller, match?) do
    pieces = [concat_left(left, caller, match?) | concat_pieces(right, caller, match?)]
    flatten_nested(pieces, left, right, caller, match?)
  end

  defp concat_pieces(last, caller, match?), do: [concat_piece(last, caller, match?)]

  # `(a <> b) <> c` is allowed outside of patterns.
  defp flatten_nested([_ | rest], {:<>, _, [_, _]} = left, _right, caller, false),
    do: concat_pieces(left, caller, false) ++ rest

  defp flatten_nested(pieces, _left, _right, _caller, _match?), do: pieces

  defp concat_left(text, _caller, _match?) when is_binary(text), do: text

  defp concat_left({:^, _, [{name, _, context} = var]} = pinned, _caller, true) when is_atom(name) and is_atom(context) do
    quote(do: unquote(pinned) :: binary - size(:erlang.byte_size(unquote(var))))
  end

  defp concat_left(left, _caller, true) when is_number(left) or is_list(left) or is_atom(left) do
    raise ArgumentError, "expected binary argument in <> operator but got: #{Macro.to_string(left)}"
  end

  defp concat_left(left, caller, true) do
    case :cordial_macro.expand(left, caller) do
      text when is_binary(text) ->
        text

      {:<<>>, _, _} = bitstring ->
        quote(do: unquote(bitstring) :: binary)

      _ ->
        raise ArgumentError,
              "cannot perform prefix match because the left operand of <> has unknown size. The left operand of <> inside a match should either be a literal binary or an existing variable with the pin operator (such as ^some_var). Got: #{Macro.to_string(left)}"
    end
  end

  defp concat_left(left, caller, false), do: concat_piece(left, caller, false)

  defp concat_piece(text, _caller, _match?) when is_binary(text), do: text

  defp concat_piece(other, _caller, _match?) when is_number(other) or is_list(other) or is_atom(other) do
    raise ArgumentError, "expected binary argument in <> operator but got: #{Macro.to_string(other)}"
  end

  defp concat_piece(other, caller, match?) do
    expanded =
      case other do
        {name, _, args} when is_atom(name) and is_list(args) and name != :<<>> and name != :__block__ -> :cordial_macro.expand(other, caller)
        _ -> other
      end

    case expanded do
      text when is_binary(text) -> text
      {:<<>>, _, _} = bits when match? -> {:"::", [], [bits, {:binary, [], nil}]}
      _ -> {:"::", [], [other, {:binary, [], nil}]}
    end
  end

  @doc "Bytes `first..last` of a binary."
  def slice_bytes(binary, first, last) do
    size = byte_size(binary)
    first = from_end(first, size)
    last = if last < 0, do: last + size, else: last

    cond do
      first >= size or last < first -> ""
      true -> binary_part(binary, first, min(size, last + 1) - first)
    end
  end

  @doc "Every `step`-th of the bytes `first..last`."
  def binary_slice_step(binary, first, last, step) when step > 0 do
    part = slice_bytes(binary, first, last)
    every(part, step, [])
  end

  def binary_slice_step(_binary, first, last, step) do
    raise ArgumentError, "binary_slice/2 does not accept ranges with negative steps, got: #{inspect(Range.new(first, last, step))}"
  end

  defp every("", _step, acc), do: :erlang.list_to_binary(:lists.reverse(acc))

  defp every(<<byte, _::binary>> = binary, step, acc) do
    case binary do
      <<_::binary-size(step), rest::binary>> -> every(rest, step, [byte | acc])
      _ -> every("", step, [byte | acc])
    end
  end

  @doc "At most `count` bytes from `start`."
  def binary_slice_size(_binary, _start, 0), do: ""

  def binary_slice_size(binary, start, count) do
    size = byte_size(binary)
    start = from_end(start, size)
    if start >= size, do: "", else: binary_part(binary, start, min(size - start, count))
  end

  defp from_end(position, size) when position < 0, do: max(position + size, 0)
  defp from_end(position, _size), do: position

  ## Sigils

  @doc "The pieces of an interpolated text with their escapes resolved."
  def unescape_pieces(pieces), do: :lists.map(&if(is_binary(&1), do: Macro.unescape_string(&1), else: &1), pieces)

  @doc "The words of a text as strings, atoms or charlists."
  def words(text, [], caller), do: words(text, [?s], caller)

  def words(text, [modifier], _caller) when modifier == ?s or modifier == ?a or modifier == ?c do
    case is_binary(text) do
      true ->
        parts = String.split(text)

        case modifier do
          ?s -> parts
          ?a -> Enum.map(parts, &String.to_atom/1)
          ?c -> Enum.map(parts, &String.to_charlist/1)
        end

      false ->
        parts = quote(do: String.split(unquote(text)))

        case modifier do
          ?s -> parts
          ?a -> quote(do: Enum.map(unquote(parts), &String.to_atom/1))
          ?c -> quote(do: Enum.map(unquote(parts), &String.to_charlist/1))
        end
    end
  end

  def words(_text, _modifiers, _caller),
    do: raise(ArgumentError, "modifier must be one of: s, a, c")

  @doc "The value of `~D`, `~T`, `~N`, `~U`, in the calendar named after the text."
  def calendar_sigil(kind, text) do
    {text, calendar} = split_calendar(text)

    {answer, name} =
      case kind do
        :date -> {parse_date(text, calendar), "Date"}
        :time -> {parse_time(text, calendar), "Time"}
        :naive -> {parse_naive(text, calendar), "NaiveDateTime"}
        :utc -> {parse_utc(text, calendar), "UTC DateTime"}
      end

    case answer do
      {:ok, value} -> value
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(text)} as #{name} for #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  defp split_calendar(text) do
    case :binary.split(text, " ", [:global]) do
      [_] -> {text, Calendar.ISO}
      parts -> calendar_name(text, parts)
    end
  end

  defp calendar_name(text, parts) do
    case List.last(parts) do
      <<letter, _::binary>> = name when letter >= ?A and letter <= ?Z ->
        {binary_part(text, 0, byte_size(text) - byte_size(name) - 1), Module.concat([name])}

      _ ->
        {text, Calendar.ISO}
    end
  end

  defp parse_date(text, calendar) do
    with {:ok, {year, month, day}} <- calendar.parse_date(text), do: {:ok, %{__struct__: Date, calendar: calendar, year: year, month: month, day: day}}
  end

  defp parse_time(text, calendar) do
    with {:ok, {hour, minute, second, microsecond}} <- calendar.parse_time(text) do
      {:ok, %{__struct__: Time, calendar: calendar, hour: hour, minute: minute, second: second, microsecond: microsecond}}
    end
  end

  defp parse_naive(text, calendar) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}} <- calendar.parse_naive_datetime(text) do
      {:ok,
       %{__struct__: NaiveDateTime, calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond}}
    end
  end

  defp parse_utc(text, calendar) do
    with {:ok, {year, month, day, hour, minute, second, microsecond}, offset} <- calendar.parse_utc_datetime(text) do
      if offset == 0 do
        {:ok,
         %{__struct__: DateTime, calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond, std_offset: 0, utc_offset: 0, zone_abbr: "UTC", time_zone: "Etc/UTC"}}
      else
        {:error, :non_utc_offset}
      end
    end
  end
end
