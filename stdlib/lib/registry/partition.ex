defmodule Registry.Partition do
  @moduledoc false
  use GenServer

  @key_info -2
  @all_info -1

  def name(registry, partition) do
    Module.concat(registry, "PIDPartition" <> Integer.to_string(partition))
  end

  def start_link(registry, arg), do: GenServer.start_link(__MODULE__, arg, name: registry)

  def init({kind, registry, i, partitions, _name, listeners, compressed}) do
    Process.flag(:trap_exit, true)
    options = if compressed, do: [:compressed], else: []
    key_ets = :ets.new(__MODULE__, key_options(kind) ++ options)
    pid_ets = :ets.new(__MODULE__, [:duplicate_bag, :public | options])
    pid_info = {self(), pid_ets}

    case partitions do
      1 ->
        true =
          :ets.insert(registry, [
            {@key_info, {kind, 1, key_ets}},
            {@all_info, {kind, 1, key_ets, pid_info, listeners}}
          ])

      _ ->
        true =
          :ets.insert(registry, [
            {i, {key_ets, pid_info}},
            {@key_info, {kind, partitions, nil}},
            {@all_info, {kind, partitions, nil, nil, listeners}}
          ])
    end

    {:ok, {pid_ets, registry, listeners}}
  end

  defp key_options(:unique), do: [:set, :public, read_concurrency: true, write_concurrency: true]
  defp key_options(:duplicate), do: [:duplicate_bag, :public, read_concurrency: true, write_concurrency: true]

  # A message that has come after everything before it has been cleaned up.
  def handle_call(:sync, _from, state), do: {:reply, :ok, state}

  def handle_info({:EXIT, pid, _reason}, {pid_ets, registry, listeners} = state) do
    entries = :ets.take(pid_ets, pid)

    for {_pid, key, key_ets, _counter} <- entries do
      try do
        :ets.match_delete(key_ets, {key, {pid, :_}})
      catch
        :error, :badarg -> false
      end

      for listener <- listeners, do: Kernel.send(listener, {:unregister, registry, key, pid})
    end

    {:noreply, state}
  end

  def handle_info(_, state), do: {:noreply, state}
end
