defmodule PartitionSupervisor do
  @moduledoc "A supervisor with one child for each partition."
  @behaviour Supervisor

  # The pids stand in a table: partition => pid, and :partitions => how many take part. It has the supervisor's
  # name; that of a supervisor named by {:via, …} is found by the supervisor's pid.

  @table PartitionSupervisor.Table

  # --- start -----------------------------------------------------------------------------------

  def child_spec(options) when is_list(options),
    do: Supervisor.Child.spec_with_options(PartitionSupervisor, options)

  def start_link(options) do
    name = options[:name] || raise ArgumentError, "the :name option must be given to PartitionSupervisor"

    child =
      options[:child_spec] ||
        raise ArgumentError, "the :child_spec option must be given to PartitionSupervisor"

    partitions = Keyword.get(options, :partitions, System.schedulers_online())
    arguments = Keyword.get(options, :with_arguments, fn args, _partition -> args end)
    auto = Keyword.get(options, :auto_shutdown, :never)

    problem =
      cond do
        not (is_integer(partitions) and partitions > 0) ->
          "the :partitions option must be a positive integer, got: #{inspect(partitions)}"

        not is_function(arguments, 2) ->
          "the :with_arguments option must be a function that receives two arguments, " <>
            "the current call arguments and the partition, got: #{inspect(arguments)}"

        auto != :never ->
          "the :auto_shutdown option must be :never, got: #{inspect(auto)}"

        true ->
          nil
      end

    if problem, do: raise(ArgumentError, problem)
    spec = Supervisor.child_spec(child, [])
    children = for partition <- 0..(partitions - 1), do: member(spec, name, partition, arguments)
    limits = Keyword.take(options, [:strategy, :max_restarts, :max_seconds])
    Supervisor.start_link(PartitionSupervisor, {name, children, limits}, name: name)
  end

  # The child of one partition. Its start is ours, so that its pid gets into the table.
  defp member(%{start: {module, fun, args}} = spec, name, partition, arguments) do
    case arguments.(args, partition) do
      args when is_list(args) ->
        start = {PartitionSupervisor, :start_child, [name, partition, {module, fun, args}]}
        Map.put_new(%{spec | id: partition, start: start}, :modules, [module])

      other ->
        raise "the call to the function in :with_arguments must return a list, got: #{inspect(other)}"
    end
  end

  @impl true
  def init({name, children, limits}) do
    options = [:set, :protected, read_concurrency: true]

    table =
      if is_atom(name) do
        :ets.new(name, [:named_table | options])
      else
        table = :ets.new(@table, options)
        :persistent_term.put({@table, self()}, table)
        table
      end

    Process.put(@table, table)
    :ets.insert(table, {:partitions, length(children)})
    Supervisor.init(children, [strategy: :one_for_one] ++ limits)
  end

  @doc false
  def start_child(_name, partition, {module, fun, args}) do
    result = apply(module, fun, args)

    if match?({:ok, _}, result) or match?({:ok, _, _}, result),
      do: :ets.insert(Process.get(@table), {partition, elem(result, 1)})

    result
  end

  # --- {:via, PartitionSupervisor, {name, key}} ---------------------------------------------------

  @doc false
  def whereis_name({name, key}) when is_atom(name) or is_tuple(name) do
    partitions = partitions(name)
    partition = if is_integer(key), do: rem(abs(key), partitions), else: :erlang.phash2(key, partitions)

    case :ets.lookup(table(name), partition) do
      [{_, pid}] -> pid
      [] -> :undefined
    end
  end

  @doc false
  def send({_name, _key} = address, message) do
    case whereis_name(address) do
      :undefined -> :erlang.error(:badarg, [address, message])
      pid -> Kernel.send(pid, message)
    end
  end

  @doc false
  def register_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on registration")
  @doc false
  def unregister_name(_), do: raise("{:via, PartitionSupervisor, _} cannot be given on unregistration")

  defp table(name) when is_atom(name), do: name
  defp table(name), do: :persistent_term.get({@table, GenServer.whereis(name)}, name)

  # --- for clients -----------------------------------------------------------------------------

  def partitions(name) do
    :ets.lookup_element(table(name), :partitions, 2)
  rescue
    ArgumentError -> exit({:noproc, {PartitionSupervisor, :partitions, [name]}})
  end

  def resize!(name, partitions) when is_integer(partitions) do
    supervisor =
      GenServer.whereis(name) || exit({:noproc, {PartitionSupervisor, :resize!, [name, partitions]}})

    total = Supervisor.count_children(supervisor).specs
    before = partitions(name)

    unless partitions in 0..total do
      raise ArgumentError,
            "the number of partitions to resize to must be a number between 0 and #{total}, got: #{partitions}"
    end

    for {id, pid, _, _} <- Supervisor.which_children(supervisor) do
      cond do
        id >= partitions and is_pid(pid) -> Supervisor.terminate_child(supervisor, id)
        id < partitions and not is_pid(pid) -> Supervisor.restart_child(supervisor, id)
        true -> :ok
      end
    end

    # The table belongs to the supervisor.
    :sys.replace_state(supervisor, fn state ->
      :ets.insert(Process.get(@table), {:partitions, partitions})
      state
    end)

    before
  end

  def which_children(name), do: Supervisor.which_children(name)
  def count_children(name), do: Supervisor.count_children(name)

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity),
    do: Supervisor.stop(supervisor, reason, timeout)
end
