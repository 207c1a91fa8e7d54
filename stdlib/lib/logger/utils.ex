defmodule Logger.Utils do
  @moduledoc false

  # The primary filter that words reports of the runtime and the libraries in Elixir's way.
  def translator(%{meta: %{domain: [:otp, :sasl | _]}}, %{sasl: false}), do: :stop
  def translator(%{meta: %{domain: [:supervisor_report | _]}}, %{sasl: false}), do: :stop

  def translator(%{msg: {:report, %{label: {kind, label}}}}, %{sasl: false})
      when kind == :supervisor and label in [:progress, :child_terminated, :start_error, :shutdown_error, :shutdown],
      do: :stop

  def translator(%{msg: {:report, %{label: {_, :progress}}}}, %{sasl: false}), do: :stop

  def translator(%{meta: %{domain: [:elixir | _]}, msg: {:string, _}}, _config), do: :ignore

  def translator(%{msg: {:report, %{label: label} = report}, level: level} = event, config) do
    data =
      case report do
        %{report: inner} -> {label, inner}
        _ -> {label, report}
      end

    %{level: min_level} = :logger.get_primary_config()
    translate(config.translators, event, min_level, level, :report, data, config)
  end

  def translator(%{msg: {:report, _}}, _config), do: :ignore
  def translator(%{msg: {:string, _}}, _config), do: :ignore

  def translator(%{msg: {format, args}, level: level} = event, config) do
    %{level: min_level} = :logger.get_primary_config()
    translate(config.translators, event, min_level, level, :format, {format, args}, config)
  end

  defp translate([], _event, _min, _level, _kind, _data, _config), do: :ignore

  defp translate([{mod, fun} | rest], event, min_level, level, kind, data, config) do
    case apply(mod, fun, [min_level, level, kind, data]) do
      {:ok, chardata} ->
        %{event | msg: {:string, chardata}}

      {:ok, chardata, metadata} ->
        %{event | msg: {:string, chardata}, meta: Enum.into(metadata, event.meta)}

      :skip ->
        :stop

      :none ->
        translate(rest, event, min_level, level, kind, data, config)
    end
  end

  # The primary filter for levels that a process sets for itself.
  def process_level(%{level: level} = event, _extra) do
    case :erlang.get(:logger_level) do
      :undefined -> :ignore
      own -> if :logger.compare_levels(level, own) == :lt, do: :stop, else: pass(event)
    end
  end

  defp pass(_event), do: :ignore

  # An Erlang format with its terms written as Elixir inspects them.
  def scan_inspect(format, args, truncate, opts \\ %Inspect.Opts{})

  def scan_inspect(format, args, truncate, opts) when is_atom(format) do
    scan_inspect(Atom.to_charlist(format), args, truncate, opts)
  end

  def scan_inspect(format, args, truncate, opts) when is_binary(format) do
    scan_inspect(String.to_charlist(format), args, truncate, opts)
  end

  def scan_inspect(format, args, _truncate, opts) when is_list(format) do
    {format, args} = scan(format, args, [], [], opts)
    {Enum.reverse(format), Enum.reverse(args)}
  end

  defp scan([?~ | rest], args, format, acc, opts) do
    {control, rest} = control(rest, [])
    [letter | mods] = control

    case {letter, args} do
      {c, [term | args]} when c in [?p, ?w] ->
        text = Inspect.Algebra.format(Inspect.Algebra.to_doc(term, opts), opts.width)
        scan(rest, args, ~c"st~" ++ format, [IO.iodata_to_binary(text) | acc], opts)

      {c, [term, _depth | args]} when c in [?P, ?W] ->
        text = Inspect.Algebra.format(Inspect.Algebra.to_doc(term, opts), opts.width)
        scan(rest, args, ~c"st~" ++ format, [IO.iodata_to_binary(text) | acc], opts)

      {c, args} when c in [?~, ?n] ->
        scan(rest, args, [c] ++ mods ++ [?~ | format], acc, opts)

      {c, [term | args]} ->
        scan(rest, args, [c] ++ mods ++ [?~ | format], [term | acc], opts)

      {c, []} ->
        scan(rest, [], [c] ++ mods ++ [?~ | format], acc, opts)
    end
  end

  defp scan([char | rest], args, format, acc, opts), do: scan(rest, args, [char | format], acc, opts)
  defp scan([], args, format, acc, _opts), do: {format, Enum.reverse(args) ++ acc}

  # The modifiers before the letter, newest first after it.
  defp control([c | rest], acc) when c in ?0..?9 or c in [?., ?*, ?-, ?t, ?l], do: control(rest, [c | acc])
  defp control([c | rest], acc), do: {[c | acc], rest}
  defp control([], acc), do: {[?~ | acc], []}

  def timestamp(timestamp, utc_log?) when is_integer(timestamp) do
    micro = rem(timestamp, 1_000_000)

    {date, {hour, minute, second}} =
      case utc_log? do
        true -> :calendar.system_time_to_universal_time(timestamp, :microsecond)
        false -> :calendar.system_time_to_local_time(timestamp, :microsecond)
      end

    {date, {hour, minute, second, div(micro, 1000)}}
  end
end
