defmodule Task.Supervisor do
  @moduledoc "A supervisor that starts tasks."

  @type option :: DynamicSupervisor.option() | DynamicSupervisor.init_option()
  @type async_stream_option :: Task.async_stream_option()

  @doc false
  def child_spec(options) when is_list(options),
    do: Supervisor.Child.spec_with_options(Task.Supervisor, options)

  @spec start_link([option]) :: Supervisor.on_start()
  def start_link(options \\ []) do
    {usual, options} = Keyword.split(options, [:restart, :shutdown])
    {limits, options} = Keyword.split(options, [:max_children, :max_restarts, :max_seconds])

    if usual[:restart] || usual[:shutdown] do
      IO.warn(
        ":restart and :shutdown options in Task.Supervisor.start_link/1 are deprecated. " <>
          "Please pass those options on start_child/3 instead"
      )
    end

    DynamicSupervisor.start_link(Task.Supervisor, {usual, limits}, options)
  end

  @doc false
  def init({usual, limits}) do
    # The supervisor looks here when it is asked for a task.
    Process.put(Task.Supervisor, {usual[:restart] || :temporary, usual[:shutdown] || 5000})
    DynamicSupervisor.init(limits)
  end

  # --- tasks that answer -----------------------------------------------------------------------

  @spec async(Supervisor.supervisor(), (-> any), keyword) :: Task.t()
  def async(supervisor, fun, options \\ []), do: answering(supervisor, true, call_of(fun), options)

  @spec async(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async(supervisor, module, fun, args, options \\ []),
    do: answering(supervisor, true, {module, fun, args}, options)

  @spec async_nolink(Supervisor.supervisor(), (-> any), keyword) :: Task.t()
  def async_nolink(supervisor, fun, options \\ []), do: answering(supervisor, false, call_of(fun), options)

  @spec async_nolink(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async_nolink(supervisor, module, fun, args, options \\ []),
    do: answering(supervisor, false, {module, fun, args}, options)

  defp call_of(fun), do: {:erlang, :apply, [fun, []]}

  defp answering(supervisor, linked, work, options) do
    case waiting(supervisor, Task.origin(self()), linked, options) do
      {:ok, pid} ->
        Task.assign(pid, work)

      {:error, :max_children} ->
        full!()
    end
  end

  @doc false
  def full! do
    raise """
    reached the maximum number of tasks for this task supervisor. The maximum number \
    of tasks that are allowed to run at the same time under this supervisor can be \
    configured with the :max_children option passed to Task.Supervisor.start_link/1. When \
    using async_stream or async_stream_nolink, make sure to configure :max_concurrency to \
    be lower or equal to :max_children and pay attention to whether other tasks are also \
    spawned under the same task supervisor.\
    """
  end

  # A process that waits for its work.
  defp waiting(supervisor, origin, linked, options) do
    with {:ok, pid} <- launch(supervisor, [origin, :monitor], :temporary, options[:shutdown]) do
      if linked, do: Process.link(pid)
      {:ok, pid}
    end
  end

  defp launch(supervisor, args, restart, shutdown),
    do: GenServer.call(supervisor, {:start_task, args, restart, shutdown}, :infinity)

  # --- streams ---------------------------------------------------------------------------------

  for {name, linked} <- [async_stream: true, async_stream_nolink: false] do
    def unquote(name)(supervisor, enumerable, fun, options \\ []) when is_function(fun, 1),
      do: lazily(supervisor, unquote(linked), enumerable, fun, options)

    def unquote(name)(supervisor, enumerable, module, function, args, options \\ [])
        when is_atom(module) and is_atom(function) and is_list(args),
        do: lazily(supervisor, unquote(linked), enumerable, {module, function, args}, options)
  end

  defp lazily(supervisor, linked, enumerable, work, options) do
    Task.Stream.new(enumerable, work, options, &waiting(supervisor, &1, linked, options))
  end

  # --- tasks that do not -----------------------------------------------------------------------

  @spec start_child(Supervisor.supervisor(), (-> any), keyword) :: DynamicSupervisor.on_start_child()
  def start_child(supervisor, fun, options \\ []), do: silent(supervisor, call_of(fun), options)

  @spec start_child(Supervisor.supervisor(), module, atom, [term], keyword) ::
          DynamicSupervisor.on_start_child()
  def start_child(supervisor, module, fun, args, options \\ []) when is_atom(fun) and is_list(args),
    do: silent(supervisor, {module, fun, args}, options)

  defp silent(supervisor, work, options) do
    args = [Task.origin(self()), Task.chain(self()), work]
    launch(supervisor, args, options[:restart], options[:shutdown])
  end

  @spec terminate_child(Supervisor.supervisor(), pid) :: :ok | {:error, :not_found}
  def terminate_child(supervisor, pid) when is_pid(pid), do: DynamicSupervisor.terminate_child(supervisor, pid)

  @spec children(Supervisor.supervisor()) :: [pid]
  def children(supervisor) do
    supervisor |> DynamicSupervisor.which_children() |> Enum.flat_map(&if(is_pid(elem(&1, 1)), do: [elem(&1, 1)], else: []))
  end
end
