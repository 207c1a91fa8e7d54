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

  def error_report(report), do: report(:error, :error_report, report)
  def warning_report(report), do: report(:warning, :warning_report, report)
  def info_report(report), do: report(:notice, :info_report, report)

  defp report(level, label, report) do
    :logger.log(
      level,
      %{label: {:error_logger, label}, report: report},
      %{report_cb: &:error_logger.report_to_format/1, error_logger: %{tag: label}}
    )
  end

  def tty(_flag), do: :ok
  def logfile(_request), do: {:error, :no_log_file}
end
