defmodule Registry.Supervisor do
  @moduledoc false
  use Supervisor

  def start_link(kind, name, partitions, listeners, meta, compressed) do
    arg = {kind, name, partitions, listeners, meta, compressed}
    Supervisor.start_link(__MODULE__, arg, name: supervisor_name(name))
  end

  defp supervisor_name(name), do: Module.concat(name, "Supervisor")

  def init({kind, name, partitions, listeners, meta, compressed}) do
    ^name = :ets.new(name, [:set, :public, :named_table, read_concurrency: true])
    true = :ets.insert(name, meta)

    children =
      for i <- 0..(partitions - 1) do
        partition = Registry.Partition.name(name, i)
        arg = {kind, name, i, partitions, partition, listeners, compressed}

        %{
          id: partition,
          start: {Registry.Partition, :start_link, [partition, arg]}
        }
      end

    Supervisor.init(children, strategy: strategy(kind))
  end

  # Unique keys refer to the tables of other partitions, so all go together.
  defp strategy(:unique), do: :one_for_all
  defp strategy(:duplicate), do: :one_for_one
end
