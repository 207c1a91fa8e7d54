defmodule Registry.Supervisor do
  @moduledoc false
  # Owns a registry's named table, and supervises its partitions.
  use Supervisor

  def start_link(registry, settings) do
    Supervisor.start_link(__MODULE__, {registry, settings}, name: Module.concat(registry, "Supervisor"))
  end

  def init({registry, settings}) do
    Registry.Layout.create(registry, settings)

    children =
      for index <- 0..(settings.partitions - 1) do
        %{
          id: Registry.Partition.name(registry, index),
          start: {Registry.Partition, :start_link, [registry, index, settings]}
        }
      end

    # The notes on a unique key may lie in another part than the key, so all go together.
    Supervisor.init(children, strategy: if(settings.kind == :unique, do: :one_for_all, else: :one_for_one))
  end
end
