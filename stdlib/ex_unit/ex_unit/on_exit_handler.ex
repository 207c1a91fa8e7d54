defmodule ExUnit.OnExitHandler do
  @moduledoc false
  # What each test process wants done at its end: a public table pid => {supervisor, callbacks}.

  @table __MODULE__

  def start do
    case :ets.whereis(@table) do
      :undefined -> :ets.new(@table, [:set, :public, :named_table])
      table -> table
    end
  end

  def register(pid), do: :ets.insert(@table, {pid, nil, []})

  def registered?(pid), do: :ets.whereis(@table) != :undefined and :ets.member(@table, pid)

  def add(pid, name_or_ref, callback) do
    if registered?(pid) do
      [{_, sup, callbacks}] = :ets.lookup(@table, pid)
      :ets.insert(@table, {pid, sup, List.keystore(callbacks, name_or_ref, 0, {name_or_ref, callback})})
      :ok
    else
      :error
    end
  end

  def get_supervisor(pid) do
    case registered?(pid) and :ets.lookup(@table, pid) do
      [{_, sup, _}] -> {:ok, sup}
      _ -> :error
    end
  end

  def start_supervisor(pid) do
    {:ok, sup} =
      Supervisor.start_link([], strategy: :one_for_one, max_restarts: 1_000_000, max_seconds: 1)

    :ets.update_element(@table, pid, {2, sup})
    {:ok, sup}
  end

  # Stops the supervisor of the test and runs its callbacks, the last one first, in a new process.
  def run(pid, timeout) do
    [{_, sup, callbacks}] = :ets.lookup(@table, pid)
    :ets.delete(@table, pid)
    sup_failure = terminate_supervisor(sup)

    Enum.reduce(Enum.reverse(callbacks), sup_failure, fn {_, callback}, failure ->
      run_callback(callback, timeout) || failure
    end)
  end

  defp terminate_supervisor(nil), do: nil

  defp terminate_supervisor(sup) do
    ref = Process.monitor(sup)
    Process.exit(sup, :shutdown)

    receive do
      {:DOWN, ^ref, _, _, _} -> nil
    end
  end

  defp run_callback(callback, timeout) do
    parent = self()

    {pid, ref} =
      spawn_monitor(fn ->
        result =
          try do
            callback.()
            nil
          catch
            kind, error -> {kind, error, __STACKTRACE__}
          end

        send(parent, {self(), :done, result})
      end)

    receive do
      {^pid, :done, result} ->
        Process.demonitor(ref, [:flush])
        result

      {:DOWN, ^ref, _, _, reason} ->
        {{:EXIT, pid}, reason, []}
    after
      timeout ->
        stack = current_stack(pid)
        Process.demonitor(ref, [:flush])
        Process.exit(pid, :kill)
        {:error, %ExUnit.TimeoutError{timeout: timeout, type: "on_exit callback"}, stack}
    end
  end

  defp current_stack(pid) do
    case Process.info(pid, :current_stacktrace) do
      {:current_stacktrace, stack} -> stack
      nil -> []
    end
  end
end
