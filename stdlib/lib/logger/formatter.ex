defmodule Logger.Formatter do
  @moduledoc "Turns log events into text by a pattern."

  @type pattern :: :date | :level | :levelpad | :message | :metadata | :node | :time

  @fields [:time, :date, :message, :level, :node, :metadata, :levelpad]
  @usual "\n$time $metadata[$level] $message\n"

  defstruct [:template, :truncate, :metadata, :colors, :utc_log?]

  # --- making one ------------------------------------------------------------------------------

  def new(options \\ []) do
    formatter = %Logger.Formatter{
      template: compile(options[:format]),
      truncate: options[:truncate] || Application.get_env(:logger, :truncate, 8096),
      metadata: options[:metadata] || [],
      colors: palette(options[:colors] || []),
      utc_log?: Keyword.get_lazy(options, :utc_log, fn -> Application.get_env(:logger, :utc_log, false) end)
    }

    {Logger.Formatter, formatter}
  end

  # Levels without a colour of their own take that of the level they stand beside.
  defp palette(given) do
    [error, warning, info, debug] =
      for {level, usual} <- [error: :red, warning: :yellow, info: :normal, debug: :cyan],
          do: Keyword.get(given, level, usual)

    beside = [emergency: error, alert: error, critical: error, notice: info]

    beside
    |> Map.new(fn {level, color} -> {level, Keyword.get(given, level, color)} end)
    |> Map.merge(%{error: error, warning: given[:warn] || warning, info: info, debug: debug})
    |> Map.put(:enabled, Keyword.get_lazy(given, :enabled, &IO.ANSI.enabled?/0))
  end

  @doc "A pattern as a list of texts and fields. A module and function stand for themselves."
  def compile(nil), do: compile(@usual)
  def compile({module, function} = own) when is_atom(module) and is_atom(function), do: own

  def compile(pattern) when is_binary(pattern) do
    for part <- Regex.split(~r/\$[a-z]+/, pattern, include_captures: true, trim: true) do
      with "$" <> name when name != "" <- part do
        Enum.find(@fields, &(Atom.to_string(&1) == name)) ||
          raise ArgumentError, "$#{name} is an invalid format pattern"
      end
    end
  end

  # --- formatting ------------------------------------------------------------------------------

  @doc false
  def format(%{level: level, meta: meta} = event, %Logger.Formatter{} = formatter) do
    %{template: template, truncate: limit, metadata: wanted, colors: colors} = formatter
    time = Map.get_lazy(meta, :time, fn -> System.os_time(:microsecond) end)
    moment = system_time_to_date_time_ms(time, formatter.utc_log?)
    text = format_event(event, limit) |> truncate(limit)
    line = format(template, level, text, moment, chosen(wanted, meta))

    if colors.enabled do
      color = meta[:ansi_color] || Map.fetch!(colors, level)
      [IO.ANSI.format_fragment(color, true), line | IO.ANSI.reset()]
    else
      line
    end
  end

  # The metadata that is asked for, in that order.
  defp chosen(wanted, meta) when is_list(wanted) do
    Enum.flat_map(wanted, fn key ->
      case {key, meta} do
        {:module, %{mfa: {module, _, _}}} -> [module: module]
        {:function, %{mfa: {_, function, arity}}} -> [function: "#{function}/#{arity}"]
        {_, %{^key => value}} -> [{key, value}]
        _ -> []
      end
    end)
  end

  defp chosen(_all, meta), do: Map.to_list(meta)

  @doc "Fills a pattern. `moment` is `{{year, month, day}, {hour, minute, second, millisecond}}`."
  def format({module, function}, level, text, moment, meta),
    do: apply(module, function, [level, text, moment, meta])

  def format(pattern, level, text, {date, time}, meta) do
    for part <- pattern do
      case part do
        :message -> text
        :level -> Atom.to_string(level)
        :metadata -> Enum.map(meta, &pair/1)
        :date -> format_date(date)
        :time -> format_time(time)
        :node -> Atom.to_string(node())
        :levelpad -> if level in [:info, :warn], do: " ", else: ""
        constant -> constant
      end
    end
  end

  defp pair({key, value}) do
    case word(key, value) do
      nil -> []
      word -> [Atom.to_string(key), ?=, word, ?\s]
    end
  end

  # A value as one word, or nil for one that has no short text.
  defp word(key, _value) when key in [:time, :gl, :report_cb], do: nil
  defp word(_key, nil), do: nil
  defp word(:file, file) when is_list(file), do: file
  defp word(:domain, [first | _] = domain) when is_atom(first), do: Enum.join(domain, ".")

  defp word(key, {module, function, arity})
       when key in [:mfa, :initial_call] and is_atom(module) and is_atom(function) and is_integer(arity),
       do: Exception.format_mfa(module, function, arity)

  defp word(_key, list) when is_list(list), do: nil
  defp word(_key, pid) when is_pid(pid), do: :erlang.pid_to_list(pid)
  defp word(_key, ref) when is_reference(ref), do: ref |> :erlang.ref_to_list() |> Enum.drop(4)
  defp word(_key, atom) when is_atom(atom), do: atom |> Atom.to_string() |> String.replace_prefix("Elixir.", "")
  defp word(_key, other), do: if(String.Chars.impl_for(other), do: to_string(other))

  def format_date({year, month, day}), do: [Integer.to_string(year), ?-, digits(month, 2), ?-, digits(day, 2)]

  def format_time({hour, minute, second, millisecond}),
    do: [digits(hour, 2), ?:, digits(minute, 2), ?:, digits(second, 2), ?., digits(millisecond, 3)]

  defp digits(number, count), do: number |> Integer.to_string() |> String.pad_leading(count, "0")

  @doc "The moment of a system time in microseconds, as patterns take it."
  def system_time_to_date_time_ms(time, utc? \\ false) do
    convert =
      if utc?,
        do: &:calendar.system_time_to_universal_time/2,
        else: &:calendar.system_time_to_local_time/2

    {date, {hour, minute, second}} = convert.(time, :microsecond)
    {date, {hour, minute, second, div(Integer.mod(time, 1_000_000), 1000)}}
  end

  # --- texts -----------------------------------------------------------------------------------

  @doc "The text of an event's message, without time and level."
  def format_event(%{msg: message, meta: meta}, limit) do
    case message do
      {:string, text} -> text
      {:report, report} -> report_text(report, meta[:report_cb], limit)
      {format, args} -> filled({format, args}, limit)
    end
  end

  defp report_text(report, callback, limit) when is_function(callback, 1), do: filled(callback.(report), limit)

  defp report_text(report, callback, limit) when is_function(callback, 2) do
    chars = if limit == :infinity, do: :unlimited, else: limit
    callback.(report, %{depth: :unlimited, chars_limit: chars, single_line: false})
  end

  defp report_text(report, _none, limit) do
    listed = if is_map(report), do: Map.to_list(report), else: report
    listed |> inspect() |> truncate(limit)
  end

  defp filled({format, args}, limit) do
    {format, args} = Logger.Utils.scan_inspect(format, args, limit)
    format |> :io_lib.format(args) |> truncate(limit)
  end

  @doc "Texts of no more than so many bytes; what is cut off is said to be."
  def truncate(text, :infinity), do: text

  def truncate(text, limit) when is_integer(limit) do
    binary = IO.chardata_to_string(text)
    if byte_size(binary) <= limit, do: text, else: [whole(binary, limit), " (truncated)"]
  rescue
    # What is not Unicode is for `prune/1` to deal with.
    UnicodeConversionError ->
      text

    ArgumentError ->
      "cannot truncate chardata because it contains something that is not valid chardata: #{inspect(stranger(text))}"
  end

  # The first part of a text that is none.
  defp stranger([head | tail]), do: stranger(head) || stranger(tail)
  defp stranger(part) when part == [] or is_binary(part) or is_integer(part), do: nil
  defp stranger(other), do: other

  # As many characters as fit.
  defp whole(binary, limit) when limit > 0 do
    case binary do
      <<kept::binary-size(^limit), next, _::binary>> when next < 0x80 or next >= 0xC0 -> kept
      _ -> whole(binary, limit - 1)
    end
  end

  defp whole(_binary, _limit), do: ""

  @doc "Texts with U+FFFD in the place of everything that is not Unicode."
  def prune(binary) when is_binary(binary), do: valid(binary, [])
  def prune([head | tail]), do: [prune(head) | prune(tail)]
  def prune([]), do: []
  def prune(char) when is_integer(char) and char in 0..0xD7FF, do: char
  def prune(char) when is_integer(char) and char in 0xE000..0x10FFFF, do: char
  def prune(_other), do: "\u{FFFD}"

  defp valid(binary, done) do
    case :unicode.characters_to_binary(binary) do
      good when is_binary(good) -> IO.iodata_to_binary([done, good])
      {_, good, <<_, rest::binary>>} -> valid(rest, [done, good, "\u{FFFD}"])
    end
  end
end
