defmodule Registry.Partition do
  @moduledoc false
  # Owns a part of a registry and is linked with every process that has entries there.
  use GenServer

  def name(registry, index), do: Module.concat(registry, "PIDPartition#{index}")

  def start_link(registry, index, settings),
    do: GenServer.start_link(__MODULE__, {registry, index, settings}, name: name(registry, index))

  def init({registry, index, settings}) do
    Process.flag(:trap_exit, true)
    shared = [:public | if(settings.compressed, do: [:compressed], else: [])]
    type = if settings.kind == :unique, do: :set, else: :duplicate_bag
    keys = :ets.new(__MODULE__, [type, read_concurrency: true, write_concurrency: true] ++ shared)
    notes = :ets.new(__MODULE__, [:duplicate_bag | shared])
    Registry.Layout.add_part(registry, index, {keys, notes, self()})
    {:ok, notes}
  end

  # The answer comes after everything before it has been cleaned up.
  def handle_call(:sync, _from, notes), do: {:reply, :ok, notes}

  # Listeners are not told: they can watch processes themselves.
  def handle_info({:EXIT, pid, _reason}, notes) do
    for {_pid, key, table, _} <- :ets.take(notes, pid) do
      if :ets.info(table, :size) != :undefined, do: :ets.match_delete(table, {key, {pid, :_}})
    end

    {:noreply, notes}
  end

  def handle_info(_message, notes), do: {:noreply, notes}
end
