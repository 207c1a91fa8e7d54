defmodule Registry.Partition do
  @moduledoc false
  use GenServer

  @shape -2
  @whole -1

  def name(registry, partition) do
    Module.concat(registry, "PIDPartition" <> Integer.to_string(partition))
  end

  def start_link(registry, arg), do: GenServer.start_link(__MODULE__, arg, name: registry)

  def init({kind, registry, i, partitions, _name, listeners, compressed}) do
    Process.flag(:trap_exit, true)
    options = if compressed, do: [:compressed], else: []
    keys_table = :ets.new(__MODULE__, key_options(kind) ++ options)
    pids_table = :ets.new(__MODULE__, [:duplicate_bag, :public | options])
    pids = {self(), pids_table}

    case partitions do
      1 ->
        true =
          :ets.insert(registry, [
            {@shape, {kind, 1, keys_table}},
            {@whole, {kind, 1, keys_table, pids, listeners}}
          ])

      _ ->
        true =
          :ets.insert(registry, [
            {i, {keys_table, pids}},
            {@shape, {kind, partitions, nil}},
            {@whole, {kind, partitions, nil, nil, listeners}}
          ])
    end

    {:ok, {pids_table, registry, listeners}}
  end

  defp key_options(:unique), do: [:set, :public, read_concurrency: true, write_concurrency: true]
  defp key_options(:duplicate), do: [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true]

  # A message that has come after everything before it has been cleaned up.
  def handle_call(:sync, _from, state), do: {:reply, :ok, state}

  def handle_info({:EXIT, pid, _reason}, {pids_table, registry, listeners} = state) do
    entries = :ets.take(pids_table, pid)

    for {_pid, key, keys_table, _counter} <- entries do
      try do
        :ets.match_delete(keys_table, {key, {pid, :_}})
      catch
        :error, :badarg -> false
      end

      for listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, pid})
    end

    {:noreply, state}
  end

  def handle_info(_, state), do: {:noreply, state}
end
