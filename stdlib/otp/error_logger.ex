# The older way to log, over the logger.
defmodule :error_logger do
  @moduledoc false

  def error_msg(format), do: error_msg(format, [])
  def error_msg(format, args), do: msg(:error, :error_msg, format, args, :error)
  def format(format, args), do: error_msg(format, args)
  def warning_msg(format), do: warning_msg(format, [])
  def warning_msg(format, args), do: msg(:warning, :warning_msg, format, args, :warning_msg)
  def info_msg(format), do: info_msg(format, [])
  def info_msg(format, args), do: msg(:notice, :info_msg, format, args, :info_msg)

  defp msg(level, label, format, args, tag) do
    :logger.log(
      level,
      %{label: {:error_logger, label}, format: format, args: args},
      %{report_cb: &:error_logger.report_to_format/1, error_logger: %{tag: tag}}
    )
  end

  def report_to_format(%{format: format, args: args}), do: {format, args}
  def report_to_format(%{report: report}), do: :logger.format_report(report)

  def error_report(report), do: error_report(:std_error, report)
  def error_report(type, report), do: report(:error, :error_report, type, report)
  def warning_report(report), do: warning_report(:std_warning, report)
  def warning_report(type, report), do: report(:warning, :warning_report, type, report)
  def info_report(report), do: info_report(:std_info, report)
  def info_report(type, report), do: report(:notice, :info_report, type, report)

  # A type of one's own is also the domain.
  defp report(level, label, type, report) do
    meta = %{report_cb: &:error_logger.report_to_format/1, error_logger: %{tag: label, type: type}}
    meta = if type in [:std_error, :std_warning, :std_info], do: meta, else: :maps.put(:domain, [type], meta)
    :logger.log(level, %{label: {:error_logger, label}, report: report}, meta)
  end

  def tty(_flag), do: :ok
  def logfile(_request), do: {:error, :no_log_file}
end
