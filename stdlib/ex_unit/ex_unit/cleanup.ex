defmodule ExUnit.Cleanup do
  @moduledoc false
  # What the processes of tests leave to be done after them: a public table of
  # `{pid, supervisor or nil, [{name, callback}]}`, the latest callback first.

  @table __MODULE__

  def start do
    if :ets.whereis(@table) == :undefined do
      :ets.new(@table, [:set, :public, :named_table, read_concurrency: true])
    end

    :ok
  end

  @doc "Makes the process one that may ask for cleaning up."
  def enrol(pid), do: :ets.insert(@table, {pid, nil, []})

  @doc "Adds a callback; one of the same name is replaced where it stands."
  def add(pid, name, callback) do
    case entry(pid) do
      {_, _, callbacks} ->
        callbacks =
          if List.keymember?(callbacks, name, 0),
            do: List.keyreplace(callbacks, name, 0, {name, callback}),
            else: [{name, callback} | callbacks]

        :ets.update_element(@table, pid, {3, callbacks})
        :ok

      nil ->
        :error
    end
  end

  @doc "The supervisor of the process, started at the first question."
  def supervisor(pid) do
    case entry(pid) do
      {_, nil, _} ->
        # Restarts are the test's own business: it never reaches the limit.
        {:ok, supervisor} = Supervisor.start_link([], strategy: :one_for_one, max_restarts: 1_000_000, max_seconds: 1)
        :ets.update_element(@table, pid, {2, supervisor})
        {:ok, supervisor}

      {_, supervisor, _} ->
        {:ok, supervisor}

      nil ->
        :error
    end
  end

  @doc "Stops the supervisor and calls the callbacks, each no longer than the timeout: the failures, or `[]`."
  def run(pid, timeout) do
    case entry(pid) do
      nil ->
        []

      {_, supervisor, callbacks} ->
        :ets.delete(@table, pid)
        failures = stop(supervisor, timeout)
        # The first failure is the one that the others may come from.
        Enum.take(failures ++ call(callbacks, timeout), 1)
    end
  end

  defp entry(pid) do
    with true <- :ets.whereis(@table) != :undefined, [found] <- :ets.lookup(@table, pid) do
      found
    else
      _ -> nil
    end
  end

  defp stop(nil, _timeout), do: []

  defp stop(supervisor, timeout) do
    monitor = Process.monitor(supervisor)
    Process.exit(supervisor, :shutdown)

    receive do
      {:DOWN, ^monitor, _, _, _} -> []
    after
      timeout -> too_late(supervisor, monitor, timeout, "ExUnit.OnExitHandler")
    end
  end

  # All callbacks of a test share a process that lives as long as none of them ends it.
  defp call([], _timeout), do: []

  defp call(callbacks, timeout) do
    me = self()
    {worker, monitor} = spawn_monitor(fn -> work(me, callbacks) end)
    collect(worker, monitor, callbacks, timeout, [])
  end

  defp work(master, callbacks) do
    for {_name, callback} <- callbacks do
      outcome =
        try do
          callback.()
          nil
        catch
          kind, reason -> {kind, reason, __STACKTRACE__}
        end

      send(master, {self(), outcome})
    end
  end

  defp collect(_worker, monitor, [], _timeout, failures) do
    Process.demonitor(monitor, [:flush])
    Enum.reverse(failures)
  end

  defp collect(worker, monitor, [_ | rest], timeout, failures) do
    receive do
      {^worker, nil} -> collect(worker, monitor, rest, timeout, failures)
      {^worker, failure} -> collect(worker, monitor, rest, timeout, [failure | failures])
      {:DOWN, ^monitor, _, _, reason} -> Enum.reverse([{{:EXIT, worker}, reason, []} | failures]) ++ call(rest, timeout)
    after
      timeout ->
        Enum.reverse(failures) ++ too_late(worker, monitor, timeout, "on_exit callback") ++ call(rest, timeout)
    end
  end

  defp too_late(pid, monitor, timeout, what) do
    stack = ExUnit.Failure.current_stack(pid)
    Process.exit(pid, :kill)

    receive do
      {:DOWN, ^monitor, _, _, _} -> :ok
    end

    [{:error, ExUnit.TimeoutError.exception(timeout: timeout, type: what), stack}]
  end
end
