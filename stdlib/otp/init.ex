# The first process of a program: it stops the program in order, and passes on signals of the system.
defmodule :init do
  @moduledoc false

  def start do
    :erlang.whereis(:init) == :undefined && :erlang.register(:init, :erlang.spawn(:init, :loop, [:started]))
    :ok
  end

  def loop(status) do
    receive do
      {:stop, code} ->
        # Questions are answered while applications end; further wishes to stop change nothing.
        status == :started && :erlang.spawn(:init, :stop_all, [code])
        loop(:stopping)

      {:signal, name} ->
        status == :started && :gen_event.notify(signal_server(), name)
        loop(status)

      {:ask, from, ref, :signals} ->
        signal_server()
        :erlang.send(from, {ref, :ok})
        loop(status)

      {:ask, from, ref, :status} ->
        :erlang.send(from, {ref, status})
        loop(status)

      _ ->
        loop(status)
    end
  end

  # --- the end -----------------------------------------------------------------------------------

  def stop, do: stop(0)

  def stop(status) do
    good =
      (:erlang.is_integer(status) and status >= 0) or
        (:erlang.is_list(status) and :io_lib.char_list(status))

    if good do
      case :erlang.whereis(:init) do
        # No program has been started: there is nothing to stop in order.
        :undefined -> :erlang.halt(status)
        init -> :erlang.send(init, {:stop, status})
      end

      :ok
    else
      :erlang.error(:badarg, [status])
    end
  end

  def stop_all(code) do
    :application_controller.stop_all()
    :erlang.halt(code)
  end

  def restart, do: :erlang.error(:notsup)
  def restart(_options), do: :erlang.error(:notsup)
  def reboot, do: :erlang.error(:notsup)

  # --- questions ---------------------------------------------------------------------------------

  def get_status do
    case ask(:status) do
      # Elixir runs a program while the system is still starting.
      :started -> {:starting, :started}
      status -> {status, :started}
    end
  end

  def notify_when_started(_pid), do: :started
  def script_id, do: {~c"Erlang/OTP", ~c"27"}

  def get_arguments, do: [{:home, [home()]}]
  def get_argument(:home), do: {:ok, [[home()]]}
  def get_argument(_flag), do: :error

  def get_plain_arguments do
    :lists.map(&:unicode.characters_to_list/1, System.argv())
  end

  defp home do
    case :os.getenv(~c"HOME") do
      false -> ~c"/"
      home -> home
    end
  end

  # The event manager of signals exists from now on.
  def signals, do: ask(:signals)

  defp ask(question) do
    ref = :erlang.make_ref()
    :erlang.send(:init, {:ask, :erlang.self(), ref, question})

    receive do
      {^ref, answer} -> answer
    end
  end

  defp signal_server do
    case :erlang.whereis(:erl_signal_server) do
      :undefined ->
        {:ok, pid} = :gen_event.start({:local, :erl_signal_server})
        :ok = :gen_event.add_handler(pid, :erl_signal_handler, [])
        pid

      pid ->
        pid
    end
  end
end
