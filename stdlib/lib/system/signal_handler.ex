defmodule System.SignalHandler do
  @moduledoc false
  # One trap of one signal: a handler of the event manager of signals.
  @behaviour :gen_event

  @impl true
  def init({signal, fun}), do: {:ok, {signal, fun}}

  @impl true
  def handle_event(signal, {signal, fun} = trap) do
    fun.()
    {:ok, trap}
  end

  def handle_event(_other, trap), do: {:ok, trap}

  @impl true
  def handle_call(_question, trap), do: {:ok, :ok, trap}

  @impl true
  def handle_info(_message, trap), do: {:ok, trap}
end
