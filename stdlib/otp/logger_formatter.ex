# The plain Erlang formatter: time, level, message.
defmodule :logger_formatter do
  @moduledoc false

  def format(%{level: level, msg: msg, meta: meta}, config) do
    template = :maps.get(:template, config, [:time, ~c" ", :level, ~c": ", :msg, ~c"\n"])

    :lists.map(
      fn
        :time -> time(meta)
        :level -> :erlang.atom_to_list(level)
        :msg -> message(msg, meta)
        key when :erlang.is_atom(key) -> text(:maps.get(key, meta, ~c""))
        chars -> chars
      end,
      template
    )
  end

  def check_config(_), do: :ok

  defp time(%{time: time}), do: :calendar.system_time_to_rfc3339(time, unit: :microsecond)
  defp time(_), do: ~c""

  defp text(value) when :erlang.is_list(value) or :erlang.is_binary(value), do: value
  defp text(value), do: :io_lib.format(~c"~tp", [value])

  def message({:string, chars}, _meta), do: chars

  def message({:report, report}, %{report_cb: cb}) when :erlang.is_function(cb, 1) do
    {format, args} = cb.(report)
    :io_lib.format(format, args)
  end

  def message({:report, report}, %{report_cb: cb}) when :erlang.is_function(cb, 2),
    do: cb.(report, %{depth: :unlimited, chars_limit: :unlimited, single_line: false})

  def message({:report, report}, _meta) do
    {format, args} = :logger.format_report(report)
    :io_lib.format(format, args)
  end

  def message({format, args}, _meta), do: :io_lib.format(format, args)
end
