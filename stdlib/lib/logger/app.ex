defmodule Logger.App do
  @moduledoc false
  # The application. It logs from the beginning; to start it again makes it read its environment again.

  use Application

  @impl true
  def start(_type, _args) do
    config = %{
      otp: Application.get_env(:logger, :handle_otp_reports, true),
      sasl: Application.get_env(:logger, :handle_sasl_reports, false),
      translators: Application.get_env(:logger, :translators, [])
    }

    filters = [
      logger_translator: {&Logger.Utils.translator/2, config},
      logger_process_level: {&Logger.Utils.process_level/2, []}
    ]

    :ok = :logger.set_primary_config(:filters, filters)
    Supervisor.start_link([], strategy: :one_for_one, name: Logger.Supervisor)
  end
end
