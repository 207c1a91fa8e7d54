defmodule Task.Supervisor do
  @moduledoc "A supervisor that starts tasks."

  @type option :: DynamicSupervisor.option() | DynamicSupervisor.init_option()
  @type async_stream_option :: Task.async_stream_option()

  @doc false
  def child_spec(opts) when is_list(opts) do
    id =
      case Keyword.get(opts, :name, Task.Supervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {Task.Supervisor, :start_link, [opts]}, type: :supervisor}
  end

  @spec start_link([option]) :: Supervisor.on_start()
  def start_link(options \\ []) do
    {restart, options} = Keyword.pop(options, :restart)
    {shutdown, options} = Keyword.pop(options, :shutdown)

    if restart || shutdown do
      IO.warn(
        ":restart and :shutdown options in Task.Supervisor.start_link/1 " <>
          "are deprecated. Please pass those options on start_child/3 instead"
      )
    end

    keys = [:max_children, :max_seconds, :max_restarts]
    {sup_opts, start_opts} = Keyword.split(options, keys)
    restart_and_shutdown = {restart || :temporary, shutdown || 5000}
    DynamicSupervisor.start_link(__MODULE__, {restart_and_shutdown, sup_opts}, start_opts)
  end

  @doc false
  def init({{_restart, _shutdown} = arg, options}) do
    Process.put(__MODULE__, arg)
    DynamicSupervisor.init([strategy: :one_for_one] ++ options)
  end

  @spec async(Supervisor.supervisor(), (-> any), keyword) :: Task.t()
  def async(supervisor, fun, options \\ []),
    do: async(supervisor, :erlang, :apply, [fun, []], options)

  @spec async(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async(supervisor, module, fun, args, options \\ []),
    do: async(supervisor, :link, module, fun, args, options)

  @spec async_nolink(Supervisor.supervisor(), (-> any), keyword) :: Task.t()
  def async_nolink(supervisor, fun, options \\ []),
    do: async_nolink(supervisor, :erlang, :apply, [fun, []], options)

  @spec async_nolink(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async_nolink(supervisor, module, fun, args, options \\ []),
    do: async(supervisor, :nolink, module, fun, args, options)

  defp async(supervisor, link_type, module, fun, args, options) do
    owner = self()
    shutdown = options[:shutdown]

    case start_under(supervisor, [Task.origin(owner), :monitor], :temporary, shutdown) do
      {:ok, pid} ->
        if link_type == :link, do: Process.link(pid)
        ref = Task.watch(pid)
        send(pid, {owner, ref, ref, Task.chain(owner), {module, fun, args}})
        %Task{pid: pid, ref: ref, owner: owner, mfa: {module, fun, length(args)}}

      {:error, :max_children} ->
        raise """
        reached the maximum number of tasks for this task supervisor. The maximum number \
        of tasks that are allowed to run at the same time under this supervisor can be \
        configured with the :max_children option passed to Task.Supervisor.start_link/1. When \
        using async_stream or async_stream_nolink, make sure to configure :max_concurrency to \
        be lower or equal to :max_children and pay attention to whether other tasks are also \
        spawned under the same task supervisor.\
        """
    end
  end

  def async_stream(supervisor, enumerable, fun, options \\ [])

  def async_stream(supervisor, enumerable, fun, options) when is_function(fun, 1) do
    lazily(supervisor, :link, enumerable, fun, options)
  end

  def async_stream(supervisor, enumerable, module, function, args, options \\ [])
      when is_atom(module) and is_atom(function) and is_list(args) do
    lazily(supervisor, :link, enumerable, {module, function, args}, options)
  end

  def async_stream_nolink(supervisor, enumerable, fun, options \\ [])

  def async_stream_nolink(supervisor, enumerable, fun, options) when is_function(fun, 1) do
    lazily(supervisor, :nolink, enumerable, fun, options)
  end

  def async_stream_nolink(supervisor, enumerable, module, function, args, options \\ [])
      when is_atom(module) and is_atom(function) and is_list(args) do
    lazily(supervisor, :nolink, enumerable, {module, function, args}, options)
  end

  defp lazily(supervisor, link_type, enumerable, fun, options) do
    shutdown = options[:shutdown]
    options = Task.Supervised.validate_stream_options(options)

    fn acc, acc_fun ->
      owner = Task.origin(self())
      callers = Task.chain(self())

      Task.Supervised.stream(enumerable, acc, acc_fun, callers, fun, options, fn ->
        case start_under(supervisor, [owner, :monitor], :temporary, shutdown) do
          {:ok, pid} ->
            if link_type == :link, do: Process.link(pid)
            {:ok, link_type, pid}

          {:error, :max_children} ->
            exit({:max_children, {__MODULE__, :async_stream, [supervisor]}})
        end
      end)
    end
  end

  @spec terminate_child(Supervisor.supervisor(), pid) :: :ok | {:error, :not_found}
  def terminate_child(supervisor, pid) when is_pid(pid) do
    DynamicSupervisor.terminate_child(supervisor, pid)
  end

  @spec children(Supervisor.supervisor()) :: [pid]
  def children(supervisor) do
    for {_, pid, _, _} <- DynamicSupervisor.which_children(supervisor), is_pid(pid), do: pid
  end

  @spec start_child(Supervisor.supervisor(), (-> any), keyword) :: DynamicSupervisor.on_start_child()
  def start_child(supervisor, fun, options \\ []) do
    args = [Task.origin(self()), Task.chain(self()), {:erlang, :apply, [fun, []]}]
    start_under(supervisor, args, options[:restart], options[:shutdown])
  end

  @spec start_child(Supervisor.supervisor(), module, atom, [term], keyword) ::
          DynamicSupervisor.on_start_child()
  def start_child(supervisor, module, fun, args, options \\ [])
      when is_atom(fun) and is_list(args) do
    args = [Task.origin(self()), Task.chain(self()), {module, fun, args}]
    start_under(supervisor, args, options[:restart], options[:shutdown])
  end

  defp start_under(supervisor, args, restart, shutdown) do
    GenServer.call(supervisor, {:start_task, args, restart, shutdown}, :infinity)
  end
end
