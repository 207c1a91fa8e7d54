defmodule Logger.Formatter do
  @moduledoc "Turns log events into text by a pattern."

  @type pattern :: :date | :level | :levelpad | :message | :metadata | :node | :time
  @valid_patterns [:time, :date, :message, :level, :node, :metadata, :levelpad]
  @default_pattern "\n$time $metadata[$level] $message\n"
  @replacement "\u{FFFD}"

  defstruct [:template, :truncate, :metadata, :colors, :utc_log?]

  def new(options \\ []) do
    template = compile(options[:format])
    colors = colors(options[:colors] || [])
    truncate = options[:truncate] || Application.get_env(:logger, :truncate, 8096)
    metadata = options[:metadata] || []

    utc_log? =
      case Keyword.fetch(options, :utc_log) do
        {:ok, value} -> value
        :error -> Application.get_env(:logger, :utc_log, false)
      end

    {__MODULE__,
     %__MODULE__{
       template: template,
       truncate: truncate,
       metadata: metadata,
       colors: colors,
       utc_log?: utc_log?
     }}
  end

  defp colors(colors) do
    %{
      emergency: Keyword.get(colors, :emergency, Keyword.get(colors, :error, :red)),
      alert: Keyword.get(colors, :alert, Keyword.get(colors, :error, :red)),
      critical: Keyword.get(colors, :critical, Keyword.get(colors, :error, :red)),
      error: Keyword.get(colors, :error, :red),
      warning: Keyword.get(colors, :warning, Keyword.get(colors, :warn, :yellow)),
      notice: Keyword.get(colors, :notice, Keyword.get(colors, :info, :normal)),
      info: Keyword.get(colors, :info, :normal),
      debug: Keyword.get(colors, :debug, :cyan),
      enabled: Keyword.get_lazy(colors, :enabled, &IO.ANSI.enabled?/0)
    }
  end

  @doc false
  def format(%{level: level, msg: msg, meta: meta} = event, %__MODULE__{} = config) do
    %{template: template, truncate: truncate, metadata: keys, colors: colors, utc_log?: utc?} = config
    system_time = Map.get_lazy(meta, :time, fn -> :os.system_time(:microsecond) end)
    date_time = Logger.Utils.timestamp(system_time, utc?)

    _ = msg
    chardata = truncate(format_event(event, truncate), truncate)

    template
    |> output(level, chardata, date_time, meta, keys)
    |> color(level, colors, meta)
  end

  defp output({mod, fun}, level, message, date_time, meta, keys) do
    apply(mod, fun, [level, message, date_time, take(keys, meta)])
  end

  defp output(template, level, message, date_time, meta, keys) do
    for config <- template, do: part(config, level, message, date_time, take(keys, meta))
  end

  defp take(:all, meta), do: Map.to_list(meta)

  defp take({:from, _}, meta), do: Map.to_list(meta)

  defp take(keys, meta) do
    Enum.reduce(keys, [], fn key, acc ->
      case fetch_meta(key, meta) do
        {:ok, value} -> [{key, value} | acc]
        :error -> acc
      end
    end)
    |> Enum.reverse()
  end

  defp fetch_meta(:module, %{mfa: {mod, _, _}}), do: {:ok, mod}

  defp fetch_meta(:function, %{mfa: {_, fun, arity}}),
    do: {:ok, Atom.to_string(fun) <> "/" <> Integer.to_string(arity)}

  defp fetch_meta(key, meta), do: Map.fetch(meta, key)

  defp color(data, _level, %{enabled: false}, _meta), do: data

  defp color(data, level, %{enabled: true} = colors, meta) do
    color = Map.get(meta, :ansi_color) || Map.fetch!(colors, level)
    [IO.ANSI.format_fragment(color, true), data | IO.ANSI.reset()]
  end

  @doc "The text of an event's message, without time and level."
  def format_event(%{msg: msg, meta: meta}, truncate) do
    case {msg, meta} do
      {{:string, string}, _} ->
        string

      {{:report, %{} = report}, %{report_cb: cb}} when is_function(cb, 1) ->
        formatted(cb.(report), truncate)

      {{:report, report}, %{report_cb: cb}} when is_function(cb, 2) ->
        cb.(report, %{depth: :unlimited, chars_limit: :unlimited, single_line: false})

      {{:report, report}, %{report_cb: cb}} when is_function(cb, 1) ->
        formatted(cb.(report), truncate)

      {{:report, %_{} = struct}, _} ->
        inspect(struct)

      {{:report, %{} = report}, _} ->
        inspect(Map.to_list(report))

      {{:report, report}, _} ->
        inspect(report)

      {{format, args}, _} ->
        formatted({format, args}, truncate)
    end
  end

  defp formatted({format, args}, truncate) do
    {format, args} = Logger.Utils.scan_inspect(format, args, truncate)
    :io_lib.format(format, args)
  end

  defp truncate(data, :infinity), do: data

  defp truncate(data, n) do
    if IO.iodata_length(as_iodata(data)) <= n do
      data
    else
      binary = IO.chardata_to_string(data)
      keep(binary, n) <> " (truncated)"
    end
  end

  defp as_iodata(data) when is_binary(data), do: data
  defp as_iodata(data), do: IO.chardata_to_string(data)

  defp keep(binary, n) when byte_size(binary) <= n, do: binary

  defp keep(binary, n) do
    <<kept::binary-size(n), _::binary>> = binary
    if String.valid?(kept), do: kept, else: keep(binary, n - 1)
  end

  # --- patterns --------------------------------------------------------------------------------

  def compile(nil), do: compile(@default_pattern)
  def compile({mod, fun}) when is_atom(mod) and is_atom(fun), do: {mod, fun}

  def compile(str) when is_binary(str) do
    regex = ~r/\$[a-z]+/

    for part <- Regex.split(regex, str, include_captures: true, trim: true) do
      case part do
        "$" <> code -> compile_code(String.to_atom(code))
        text -> text
      end
    end
  end

  defp compile_code(key) when key in @valid_patterns, do: key

  defp compile_code(key) do
    raise ArgumentError, "$#{key} is an invalid format pattern"
  end

  def format({mod, fun}, level, msg, timestamp, metadata) do
    apply(mod, fun, [level, msg, timestamp, metadata])
  end

  def format(config, level, msg, timestamp, metadata) do
    for config_option <- config, do: part(config_option, level, msg, timestamp, metadata)
  end

  defp part(:date, _level, _msg, {date, _time}, _meta), do: format_date(date)
  defp part(:time, _level, _msg, {_date, time}, _meta), do: format_time(time)
  defp part(:message, _level, msg, _, _meta), do: msg
  defp part(:level, level, _, _, _), do: Atom.to_string(level)
  defp part(:node, _, _, _, _), do: Atom.to_string(node())
  defp part(:metadata, _, _, _, []), do: ""

  defp part(:metadata, _, _, _, meta) do
    for {key, value} <- meta, formatted = metadata(key, value) do
      [to_string(key), ?=, formatted, ?\s]
    end
  end

  defp part(:levelpad, level, _, _, _), do: levelpad(level)
  defp part(other, _, _, _, _), do: other

  defp levelpad(:info), do: " "
  defp levelpad(:warn), do: " "
  defp levelpad(:notice), do: ""
  defp levelpad(_), do: ""

  def format_time({hh, mi, ss, ms}), do: [pad2(hh), ?:, pad2(mi), ?:, pad2(ss), ?., pad3(ms)]
  def format_date({yy, mm, dd}), do: [Integer.to_string(yy), ?-, pad2(mm), ?-, pad2(dd)]

  defp pad3(int) when int < 10, do: [?0, ?0, Integer.to_string(int)]
  defp pad3(int) when int < 100, do: [?0, Integer.to_string(int)]
  defp pad3(int), do: Integer.to_string(int)
  defp pad2(int) when int < 10, do: [?0, Integer.to_string(int)]
  defp pad2(int), do: Integer.to_string(int)

  # Values that have no short text of their own are left out.
  defp metadata(:time, _), do: nil
  defp metadata(:gl, _), do: nil
  defp metadata(:report_cb, _), do: nil
  defp metadata(_, nil), do: nil
  defp metadata(_, string) when is_binary(string), do: string
  defp metadata(_, integer) when is_integer(integer), do: Integer.to_string(integer)
  defp metadata(_, float) when is_float(float), do: Float.to_string(float)

  defp metadata(_, pid) when is_pid(pid) do
    :erlang.pid_to_list(pid)
  end

  defp metadata(_, ref) when is_reference(ref) do
    ~c"#Ref" ++ rest = :erlang.ref_to_list(ref)
    rest
  end

  defp metadata(:file, file) when is_list(file), do: file

  defp metadata(:domain, [head | tail]) when is_atom(head) do
    Enum.map_intersperse([head | tail], ?., &Atom.to_string/1)
  end

  defp metadata(:mfa, {mod, fun, arity}) when is_atom(mod) and is_atom(fun) and is_integer(arity) do
    Exception.format_mfa(mod, fun, arity)
  end

  defp metadata(:initial_call, {mod, fun, arity})
       when is_atom(mod) and is_atom(fun) and is_integer(arity) do
    Exception.format_mfa(mod, fun, arity)
  end

  defp metadata(_, atom) when is_atom(atom) do
    case Atom.to_string(atom) do
      "Elixir." <> rest -> rest
      text -> text
    end
  end

  defp metadata(:crash_reason, _), do: nil
  defp metadata(_, list) when is_list(list), do: nil

  defp metadata(_, other) do
    case String.Chars.impl_for(other) do
      nil -> nil
      impl -> impl.to_string(other)
    end
  end

  @doc false
  def replacement, do: @replacement
end
