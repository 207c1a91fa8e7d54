# What signals do that nobody has trapped.
defmodule :erl_signal_handler do
  @moduledoc false
  @behaviour :gen_event

  def init(_), do: {:ok, []}

  def handle_event(:sigterm, state) do
    :error_logger.info_msg(~c"SIGTERM received - shutting down~n")
    :init.stop()
    {:ok, state}
  end

  def handle_event(:sigquit, _state), do: :erlang.halt()
  def handle_event(:sigusr1, _state), do: :erlang.halt(~c"Received SIGUSR1")
  def handle_event(_signal, state), do: {:ok, state}

  def handle_call(_question, state), do: {:ok, :ok, state}
  def handle_info(_message, state), do: {:ok, state}
end
