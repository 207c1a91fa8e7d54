defmodule DynamicSupervisor do
  @moduledoc "A supervisor whose children come and go at run time."

  @behaviour GenServer

  @type option :: GenServer.option()
  @type init_option :: term
  @type sup_flags :: map
  @type on_start_child :: {:ok, pid} | {:ok, pid, term} | :ignore | {:error, term}

  @callback init(init_arg :: term) :: {:ok, sup_flags} | :ignore

  defstruct [
    :args,
    :extra_arguments,
    :mod,
    :name,
    :strategy,
    :max_children,
    :max_restarts,
    :max_seconds,
    children: %{},
    restarts: []
  ]

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour DynamicSupervisor
      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [arg]},
          type: :supervisor
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  def child_spec(options) when is_list(options) do
    id =
      case Keyword.get(options, :name, DynamicSupervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {DynamicSupervisor, :start_link, [options]}, type: :supervisor}
  end

  def start_link(options) when is_list(options) do
    keys = [:extra_arguments, :max_children, :max_seconds, :max_restarts, :strategy]
    {sup_opts, start_opts} = Keyword.split(options, keys)
    start_link(Supervisor.Default, init(sup_opts), start_opts)
  end

  def start_link(module, init_arg, opts \\ []) do
    GenServer.start_link(__MODULE__, {module, init_arg, opts[:name]}, opts)
  end

  def start_child(supervisor, {_, _, _, _, _, _} = child_spec) do
    validate_and_start_child(supervisor, child_spec)
  end

  def start_child(supervisor, child_spec) do
    validate_and_start_child(supervisor, Supervisor.child_spec(child_spec, []))
  end

  defp validate_and_start_child(supervisor, child_spec) do
    case validate_child(child_spec) do
      {:ok, child} -> call(supervisor, {:start_child, child})
      error -> {:error, error}
    end
  end

  defp validate_child(%{id: _, start: {mod, _, _} = start} = child) do
    restart = Map.get(child, :restart, :permanent)
    type = Map.get(child, :type, :worker)
    modules = Map.get(child, :modules, [mod])
    significant = Map.get(child, :significant, false)

    shutdown =
      case type do
        :worker -> Map.get(child, :shutdown, 5_000)
        :supervisor -> Map.get(child, :shutdown, :infinity)
        _ -> Map.get(child, :shutdown, 5_000)
      end

    validate_child(start, restart, shutdown, type, modules, significant)
  end

  defp validate_child({_, start, restart, shutdown, type, modules}) do
    validate_child(start, restart, shutdown, type, modules, false)
  end

  defp validate_child(other), do: {:invalid_child_spec, other}

  defp validate_child(start, restart, shutdown, type, modules, significant) do
    with :ok <- validate_start(start),
         :ok <- validate_restart(restart),
         :ok <- validate_shutdown(shutdown),
         :ok <- validate_type(type),
         :ok <- validate_modules(modules),
         :ok <- validate_significant(significant) do
      {:ok, {start, restart, shutdown, type, modules}}
    end
  end

  defp validate_start({m, f, args}) when is_atom(m) and is_atom(f) and is_list(args), do: :ok
  defp validate_start(mfa), do: {:invalid_mfa, mfa}

  defp validate_type(type) when type in [:supervisor, :worker], do: :ok
  defp validate_type(type), do: {:invalid_child_type, type}

  defp validate_restart(restart) when restart in [:permanent, :temporary, :transient], do: :ok
  defp validate_restart(restart), do: {:invalid_restart_type, restart}

  defp validate_shutdown(shutdown) when is_integer(shutdown) and shutdown >= 0, do: :ok
  defp validate_shutdown(shutdown) when shutdown in [:infinity, :brutal_kill], do: :ok
  defp validate_shutdown(shutdown), do: {:invalid_shutdown, shutdown}

  defp validate_significant(false), do: :ok
  defp validate_significant(significant), do: {:invalid_significant, significant}

  defp validate_modules(:dynamic), do: :ok

  defp validate_modules(mods) do
    if is_list(mods) and Enum.all?(mods, &is_atom/1), do: :ok, else: {:invalid_modules, mods}
  end

  def terminate_child(supervisor, pid) when is_pid(pid), do: call(supervisor, {:terminate_child, pid})
  def which_children(supervisor), do: call(supervisor, :which_children)

  def count_children(supervisor), do: call(supervisor, :count_children) |> :maps.from_list()

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity) do
    GenServer.stop(supervisor, reason, timeout)
  end

  # The server's own start comes as a tuple, the public helper gets a keyword list.
  def init({mod, init_arg, name}) do
    unless is_atom(mod) do
      raise ArgumentError, "expected module to be an atom, got: #{inspect(mod)}"
    end

    Process.put(:"$initial_call", {:supervisor, mod, 1})
    Process.flag(:trap_exit, true)
    given = if mod == Supervisor.Default, do: init_arg, else: mod.init(init_arg)

    case given do
      {:ok, flags} when is_map(flags) ->
        name =
          cond do
            is_nil(name) -> {self(), mod}
            is_atom(name) -> {:local, name}
            is_tuple(name) -> name
          end

        state = %DynamicSupervisor{mod: mod, args: init_arg, name: name}

        case init_flags(state, flags) do
          {:ok, state} -> {:ok, state}
          {:error, reason} -> {:stop, {:supervisor_data, reason}}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  def init(options) when is_list(options) do
    strategy = Keyword.get(options, :strategy, :one_for_one)

    flags = %{
      strategy: strategy,
      intensity: Keyword.get(options, :max_restarts, 3),
      period: Keyword.get(options, :max_seconds, 5),
      max_children: Keyword.get(options, :max_children, :infinity),
      extra_arguments: Keyword.get(options, :extra_arguments, [])
    }

    {:ok, flags}
  end

  defp init_flags(state, flags) do
    strategy = Map.get(flags, :strategy, :one_for_one)
    max_restarts = Map.get(flags, :intensity, 1)
    max_seconds = Map.get(flags, :period, 5)
    max_children = Map.get(flags, :max_children, :infinity)
    extra = Map.get(flags, :extra_arguments, [])

    cond do
      strategy != :one_for_one ->
        {:error, {:invalid_strategy, strategy}}

      not (is_integer(max_restarts) and max_restarts >= 0) ->
        {:error, {:invalid_intensity, max_restarts}}

      not (is_integer(max_seconds) and max_seconds > 0) ->
        {:error, {:invalid_period, max_seconds}}

      not (max_children == :infinity or (is_integer(max_children) and max_children >= 0)) ->
        {:error, {:invalid_max_children, max_children}}

      not is_list(extra) ->
        {:error, {:invalid_extra_arguments, extra}}

      true ->
        {:ok,
         %{
           state
           | extra_arguments: extra,
             max_children: max_children,
             max_restarts: max_restarts,
             max_seconds: max_seconds,
             strategy: strategy
         }}
    end
  end

  # --- the server ------------------------------------------------------------------------------
  # children: pid => {{m, f, args | :undefined}, restart, shutdown, type, modules},
  # or pid of the one that died => {:restarting, child}

  def handle_call(:which_children, _from, %{children: children} = state) do
    reply =
      for {pid, child} <- children do
        case child do
          {:restarting, {_, _, _, type, modules}} -> {:undefined, :restarting, type, modules}
          {_, _, _, type, modules} -> {:undefined, pid, type, modules}
        end
      end

    {:reply, reply, state}
  end

  def handle_call(:count_children, _from, %{children: children} = state) do
    specs = map_size(children)

    {active, supervisors, workers} =
      Enum.reduce(children, {0, 0, 0}, fn {pid, child}, {active, sups, workers} ->
        type =
          case child do
            {:restarting, {_, _, _, type, _}} -> type
            {_, _, _, type, _} -> type
          end

        active = if Process.alive?(pid), do: active + 1, else: active
        if type == :supervisor, do: {active, sups + 1, workers}, else: {active, sups, workers + 1}
      end)

    {:reply, [specs: specs, active: active, supervisors: supervisors, workers: workers], state}
  end

  def handle_call({:terminate_child, pid}, _from, %{children: children} = state) do
    case children do
      %{^pid => {:restarting, _}} ->
        {:reply, :ok, %{state | children: Map.delete(children, pid)}}

      %{^pid => child} ->
        terminate_children(%{pid => child})
        {:reply, :ok, %{state | children: Map.delete(children, pid)}}

      %{} ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:start_task, args, restart, shutdown}, from, state) do
    {init_restart, init_shutdown} = Process.get(Task.Supervisor)
    restart = restart || init_restart
    shutdown = shutdown || init_shutdown
    child = {{Task.Supervised, task_start(args), args}, restart, shutdown, :worker, [Task.Supervised]}
    handle_call({:start_child, child}, from, state)
  end

  def handle_call({:start_child, child}, _from, state) do
    %{children: children, max_children: max} = state

    if map_size(children) < max do
      handle_start_child(child, state)
    else
      {:reply, {:error, :max_children}, state}
    end
  end

  defp task_start([_, :monitor]), do: :start_link
  defp task_start(_), do: :start_link

  defp handle_start_child({{m, f, args} = mfa, restart, shutdown, type, modules}, state) do
    full = state.extra_arguments ++ args

    case start_child(m, f, full) do
      {:ok, pid, _} = reply ->
        {:reply, reply, save_child(pid, mfa, restart, shutdown, type, modules, state)}

      {:ok, pid} = reply ->
        {:reply, reply, save_child(pid, mfa, restart, shutdown, type, modules, state)}

      reply ->
        {:reply, reply, state}
    end
  end

  defp start_child(m, f, a) do
    try do
      apply(m, f, a)
    catch
      kind, reason -> {:error, exit_reason(kind, reason, __STACKTRACE__)}
    else
      {:ok, pid, extra} when is_pid(pid) -> {:ok, pid, extra}
      {:ok, pid} when is_pid(pid) -> {:ok, pid}
      :ignore -> :ignore
      {:error, error} -> {:error, error}
      other -> {:error, other}
    end
  end

  # A temporary child is never started again, so its arguments need not be kept.
  defp save_child(pid, {m, f, _}, :temporary, shutdown, type, modules, state) do
    put_child(pid, {{m, f, :undefined}, :temporary, shutdown, type, modules}, state)
  end

  defp save_child(pid, mfa, restart, shutdown, type, modules, state) do
    put_child(pid, {mfa, restart, shutdown, type, modules}, state)
  end

  defp put_child(pid, child, state), do: put_in(state.children[pid], child)

  defp exit_reason(:exit, reason, _), do: reason
  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  def handle_cast(_msg, state), do: {:noreply, state}

  def handle_info({:EXIT, pid, reason}, state) do
    case maybe_restart_child(pid, reason, state) do
      {:ok, state} -> {:noreply, state}
      {:shutdown, state} -> {:stop, :shutdown, state}
    end
  end

  def handle_info({:"$gen_restart", pid}, state) do
    case state.children do
      %{^pid => {:restarting, child}} ->
        case restart_child(pid, child, %{state | children: Map.delete(state.children, pid)}) do
          {:ok, state} -> {:noreply, state}
          {:shutdown, state} -> {:stop, :shutdown, state}
        end

      _ ->
        {:noreply, state}
    end
  end

  def handle_info(msg, state) do
    :logger.error(
      %{
        label: {DynamicSupervisor, :unexpected_msg},
        report: %{msg: msg}
      },
      %{
        domain: [:otp, :elixir],
        error_logger: %{tag: :error_msg},
        report_cb: &__MODULE__.format_report/1
      }
    )

    {:noreply, state}
  end

  @doc false
  def format_report(%{label: {__MODULE__, :unexpected_msg}, report: %{msg: msg}}) do
    {~c"DynamicSupervisor received unexpected message: ~p~n", [msg]}
  end

  def code_change(_, %{mod: mod, args: init_arg} = state, _) do
    case mod.init(init_arg) do
      {:ok, flags} when is_map(flags) -> init_flags(state, flags)
      :ignore -> {:ok, state}
      error -> error
    end
  end

  def terminate(_, %{children: children}), do: terminate_children(children)

  defp maybe_restart_child(pid, reason, %{children: children} = state) do
    case children do
      %{^pid => {_, restart, _, _, _} = child} ->
        maybe_restart_child(restart, reason, pid, child, state)

      %{} ->
        {:ok, state}
    end
  end

  defp maybe_restart_child(:temporary, _reason, pid, _child, state), do: {:ok, delete(pid, state)}

  defp maybe_restart_child(:transient, reason, pid, _child, state)
       when reason in [:normal, :shutdown] or (is_tuple(reason) and elem(reason, 0) == :shutdown),
       do: {:ok, delete(pid, state)}

  defp maybe_restart_child(_, _reason, pid, child, state) do
    restart_child(pid, child, delete(pid, state))
  end

  defp delete(pid, state), do: %{state | children: Map.delete(state.children, pid)}

  defp restart_child(pid, {{m, f, args} = mfa, restart, shutdown, type, modules} = child, state) do
    case add_restart(state) do
      {:ok, state} ->
        case start_child(m, f, state.extra_arguments ++ args) do
          {:ok, new, _} ->
            {:ok, save_child(new, mfa, restart, shutdown, type, modules, state)}

          {:ok, new} ->
            {:ok, save_child(new, mfa, restart, shutdown, type, modules, state)}

          :ignore ->
            {:ok, state}

          {:error, _} ->
            send(self(), {:"$gen_restart", pid})
            {:ok, put_child(pid, {:restarting, child}, state)}
        end

      {:shutdown, state} ->
        {:shutdown, state}
    end
  end

  defp add_restart(state) do
    %{max_seconds: max_seconds, max_restarts: max_restarts, restarts: restarts} = state
    now = :erlang.monotonic_time(:second)
    restarts = Enum.filter([now | restarts], &(&1 >= now - max_seconds))
    state = %{state | restarts: restarts}
    if length(restarts) <= max_restarts, do: {:ok, state}, else: {:shutdown, state}
  end

  # All children are told to stop at once; each has its own time to do so.
  defp terminate_children(children) do
    waiting =
      for {pid, child} <- children, not match?({:restarting, _}, child), into: %{} do
        {_, _, shutdown, _, _} = child
        mref = Process.monitor(pid)
        Process.unlink(pid)

        if shutdown == :brutal_kill do
          Process.exit(pid, :kill)
        else
          Process.exit(pid, :shutdown)
        end

        if is_integer(shutdown), do: Process.send_after(self(), {:kill_child, mref}, shutdown)
        {mref, pid}
      end

    await_children(waiting)
  end

  defp await_children(waiting) when map_size(waiting) == 0, do: :ok

  defp await_children(waiting) do
    receive do
      {:DOWN, mref, :process, _, _} when is_map_key(waiting, mref) ->
        pid = Map.fetch!(waiting, mref)

        receive do
          {:EXIT, ^pid, _} -> :ok
        after
          0 -> :ok
        end

        await_children(Map.delete(waiting, mref))

      {:kill_child, mref} ->
        case waiting do
          %{^mref => pid} -> Process.exit(pid, :kill)
          _ -> :ok
        end

        await_children(waiting)
    end
  end

  defp call(supervisor, req), do: GenServer.call(supervisor, req, :infinity)
end
