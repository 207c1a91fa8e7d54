defmodule PartitionSupervisor do
  @moduledoc "A supervisor with one child for each partition."
  @behaviour Supervisor

  @registry PartitionSupervisor.Registry

  def child_spec(opts) when is_list(opts) do
    id =
      case Keyword.get(opts, :name, PartitionSupervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {PartitionSupervisor, :start_link, [opts]}, type: :supervisor}
  end

  def start_link(opts) do
    name = opts[:name]

    unless name do
      raise ArgumentError, "the :name option must be given to PartitionSupervisor"
    end

    {child_spec, opts} = Keyword.pop(opts, :child_spec)

    unless child_spec do
      raise ArgumentError, "the :child_spec option must be given to PartitionSupervisor"
    end

    {partitions, opts} = Keyword.pop(opts, :partitions, System.schedulers_online())

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError,
            "the :partitions option must be a positive integer, got: #{inspect(partitions)}"
    end

    {with_arguments, opts} =
      Keyword.pop(opts, :with_arguments, fn args, _partition -> args end)

    unless is_function(with_arguments, 2) do
      raise ArgumentError,
            "the :with_arguments option must be a function that receives two arguments, " <>
              "the current call arguments and the partition, got: #{inspect(with_arguments)}"
    end

    %{start: {mod, fun, args}} = map = Supervisor.child_spec(child_spec, [])
    modules = map[:modules] || [mod]

    children =
      for partition <- 0..(partitions - 1) do
        args = with_arguments.(args, partition)

        unless is_list(args) do
          raise "the call to the function in :with_arguments must return a list, got: #{inspect(args)}"
        end

        start = {__MODULE__, :start_child, [mod, fun, args, name, partition]}
        Map.merge(map, %{id: partition, start: start, modules: modules})
      end

    auto_shutdown = Keyword.get(opts, :auto_shutdown, :never)

    unless auto_shutdown == :never do
      raise ArgumentError, "the :auto_shutdown option must be :never, got: #{inspect(auto_shutdown)}"
    end

    {start_opts, init_opts} = Keyword.split(opts, [:name])
    Supervisor.start_link(__MODULE__, {name, partitions, children, init_opts}, start_opts)
  end

  @doc false
  def start_child(mod, fun, args, name, partition) do
    case apply(mod, fun, args) do
      {:ok, pid} ->
        register_child(name, partition, pid)
        {:ok, pid}

      {:ok, pid, info} ->
        register_child(name, partition, pid)
        {:ok, pid, info}

      other ->
        other
    end
  end

  defp register_child(name, partition, pid) when is_atom(name) do
    :ets.insert(name, {partition, pid})
  end

  defp register_child({:via, _, _}, partition, pid) do
    :ets.insert(Process.get(@registry), {partition, pid})
  end

  @impl true
  def init({name, partitions, children, init_opts}) do
    table = init_table(name)
    :ets.insert(table, {:partitions, partitions})
    Supervisor.init(children, Keyword.put_new(init_opts, :strategy, :one_for_one))
  end

  defp init_table(name) when is_atom(name) do
    :ets.new(name, [:set, :named_table, :protected, read_concurrency: true])
  end

  defp init_table({:via, _, _}) do
    table = :ets.new(@registry, [:set, :protected, read_concurrency: true])
    Process.put(@registry, table)
    :persistent_term.put({@registry, self()}, table)
    table
  end

  # {:via, PartitionSupervisor, {name, key}}

  @doc false
  def whereis_name({name, key}) when is_atom(name) or is_tuple(name) do
    partitions = partitions(name)

    partition =
      if is_integer(key), do: rem(abs(key), partitions), else: :erlang.phash2(key, partitions)

    whereis_name(name, partition)
  end

  defp whereis_name(name, partition) do
    case :ets.lookup(table(name), partition) do
      [{^partition, pid}] -> pid
      _ -> :undefined
    end
  end

  defp table(name) when is_atom(name), do: name

  defp table(name) do
    case GenServer.whereis(name) do
      nil -> name
      pid -> :persistent_term.get({@registry, pid}, name)
    end
  end

  @doc false
  def register_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on registration")
  @doc false
  def unregister_name(_), do: raise("{:via, PartitionSupervisor, _} cannot be given on unregistration")

  @doc false
  def send(name_key, msg) do
    case whereis_name(name_key) do
      pid when is_pid(pid) -> Kernel.send(pid, msg)
      _ -> :erlang.error(:badarg, [name_key, msg])
    end
  end

  def partitions(name) do
    try do
      :ets.lookup_element(table(name), :partitions, 2)
    rescue
      _ -> exit({:noproc, {__MODULE__, :partitions, [name]}})
    end
  end

  def resize!(name, partitions) when is_integer(partitions) do
    supervisor = GenServer.whereis(name) || exit({:noproc, {__MODULE__, :resize!, [name, partitions]}})
    total = length(which_children(supervisor))

    unless partitions >= 0 and partitions <= total do
      raise ArgumentError,
            "the number of partitions to resize to must be a number between 0 and #{total}, got: #{partitions}"
    end

    current = Enum.count(which_children(supervisor), fn {_, pid, _, _} -> is_pid(pid) end)

    if partitions < current do
      for id <- partitions..(current - 1)//1, do: Supervisor.terminate_child(supervisor, id)
    else
      for id <- current..(partitions - 1)//1, do: Supervisor.restart_child(supervisor, id)
    end

    current
  end

  def which_children(name), do: Supervisor.which_children(name)
  def count_children(supervisor), do: Supervisor.count_children(supervisor)

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity) do
    Supervisor.stop(supervisor, reason, timeout)
  end
end
