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
        @doc "How a supervisor starts this module."
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
    checked_start(supervisor, child_spec)
  end

  def start_child(supervisor, child_spec) do
    checked_start(supervisor, Supervisor.child_spec(child_spec, []))
  end

  defp checked_start(supervisor, child_spec) do
    case check(child_spec) do
      {:ok, child} -> call(supervisor, {:start_child, child})
      problem -> {:error, problem}
    end
  end

  defp check({_, start, restart, shutdown, type, modules}) do
    check(start, restart, shutdown, type, modules, false)
  end

  defp check(%{id: _, start: {mod, _, _} = start} = spec) do
    type = Map.get(spec, :type, :worker)
    patience = if type == :supervisor, do: :infinity, else: 5_000

    check(
      start,
      Map.get(spec, :restart, :permanent),
      Map.get(spec, :shutdown, patience),
      type,
      Map.get(spec, :modules, [mod]),
      Map.get(spec, :significant, false)
    )
  end

  defp check(other), do: {:invalid_child_spec, other}

  # The first part that is not well formed names the problem.
  defp check(start, restart, shutdown, type, modules, significant) do
    parts = [
      {:invalid_mfa, start, match?({m, f, a} when is_atom(m) and is_atom(f) and is_list(a), start)},
      {:invalid_restart_type, restart, restart in [:permanent, :temporary, :transient]},
      {:invalid_shutdown, shutdown,
       shutdown in [:infinity, :brutal_kill] or (is_integer(shutdown) and shutdown >= 0)},
      {:invalid_child_type, type, type in [:supervisor, :worker]},
      {:invalid_modules, modules,
       modules == :dynamic or (is_list(modules) and Enum.all?(modules, &is_atom/1))},
      {:invalid_significant, significant, significant == false}
    ]

    case Enum.find(parts, fn {_, _, good?} -> not good? end) do
      nil -> {:ok, {start, restart, shutdown, type, modules}}
      {problem, value, _} -> {problem, value}
    end
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

        case with_flags(state, flags) do
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

  defp with_flags(state, flags) do
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
    child = {{Task.Supervised, :start_link, args}, restart, shutdown, :worker, [Task.Supervised]}
    handle_call({:start_child, child}, from, state)
  end

  def handle_call({:start_child, child}, _from, state) do
    %{children: children, max_children: max} = state

    if map_size(children) < max do
      start_one(child, state)
    else
      {:reply, {:error, :max_children}, state}
    end
  end

  defp start_one({{m, f, args} = mfa, restart, shutdown, type, modules}, state) do
    full = state.extra_arguments ++ args

    case attempt(m, f, full) do
      {:ok, pid, _} = reply ->
        {:reply, reply, remember(pid, mfa, restart, shutdown, type, modules, state)}

      {:ok, pid} = reply ->
        {:reply, reply, remember(pid, mfa, restart, shutdown, type, modules, state)}

      reply ->
        {:reply, reply, state}
    end
  end

  defp attempt(m, f, a) do
    try do
      apply(m, f, a)
    catch
      kind, reason -> {:error, exit_with(kind, reason, __STACKTRACE__)}
    else
      {:ok, pid, extra} when is_pid(pid) -> {:ok, pid, extra}
      {:ok, pid} when is_pid(pid) -> {:ok, pid}
      :ignore -> :ignore
      {:error, error} -> {:error, error}
      other -> {:error, other}
    end
  end

  # A temporary child is never started again, so its arguments need not be kept.
  defp remember(pid, {m, f, _}, :temporary, shutdown, type, modules, state) do
    keep(pid, {{m, f, :undefined}, :temporary, shutdown, type, modules}, state)
  end

  defp remember(pid, mfa, restart, shutdown, type, modules, state) do
    keep(pid, {mfa, restart, shutdown, type, modules}, state)
  end

  defp keep(pid, child, state), do: put_in(state.children[pid], child)

  defp exit_with(:exit, reason, _), do: reason
  defp exit_with(:error, reason, stack), do: {reason, stack}
  defp exit_with(:throw, value, stack), do: {{:nocatch, value}, stack}

  def handle_cast(_msg, state), do: {:noreply, state}

  def handle_info({:EXIT, pid, reason}, state) do
    case child_ended(pid, reason, state) do
      {:ok, state} -> {:noreply, state}
      {:shutdown, state} -> {:stop, :shutdown, state}
    end
  end

  def handle_info({:"$gen_restart", pid}, state) do
    case state.children do
      %{^pid => {:restarting, child}} ->
        case start_again(pid, child, %{state | children: Map.delete(state.children, pid)}) do
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
      {:ok, flags} when is_map(flags) -> with_flags(state, flags)
      :ignore -> {:ok, state}
      error -> error
    end
  end

  def terminate(_, %{children: children}), do: terminate_children(children)

  defp child_ended(pid, reason, %{children: children} = state) do
    case children do
      %{^pid => {_, restart, _, _, _} = child} ->
        child_ended(restart, reason, pid, child, state)

      %{} ->
        {:ok, state}
    end
  end

  defp child_ended(:temporary, _reason, pid, _child, state), do: {:ok, delete(pid, state)}

  defp child_ended(:transient, reason, pid, _child, state)
       when reason in [:normal, :shutdown] or (is_tuple(reason) and elem(reason, 0) == :shutdown),
       do: {:ok, delete(pid, state)}

  defp child_ended(_, _reason, pid, child, state) do
    start_again(pid, child, delete(pid, state))
  end

  defp delete(pid, state), do: %{state | children: Map.delete(state.children, pid)}

  defp start_again(pid, {{m, f, args} = mfa, restart, shutdown, type, modules} = child, state) do
    case count_restart(state) do
      {:ok, state} ->
        case attempt(m, f, state.extra_arguments ++ args) do
          {:ok, new, _} ->
            {:ok, remember(new, mfa, restart, shutdown, type, modules, state)}

          {:ok, new} ->
            {:ok, remember(new, mfa, restart, shutdown, type, modules, state)}

          :ignore ->
            {:ok, state}

          {:error, _} ->
            send(self(), {:"$gen_restart", pid})
            {:ok, keep(pid, {:restarting, child}, state)}
        end

      {:shutdown, state} ->
        {:shutdown, state}
    end
  end

  defp count_restart(state) do
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

    await_ends(waiting)
  end

  defp await_ends(waiting) when map_size(waiting) == 0, do: :ok

  defp await_ends(waiting) do
    receive do
      {:DOWN, mref, :process, _, _} when is_map_key(waiting, mref) ->
        pid = Map.fetch!(waiting, mref)

        receive do
          {:EXIT, ^pid, _} -> :ok
        after
          0 -> :ok
        end

        await_ends(Map.delete(waiting, mref))

      {:kill_child, mref} ->
        case waiting do
          %{^mref => pid} -> Process.exit(pid, :kill)
          _ -> :ok
        end

        await_ends(waiting)
    end
  end

  defp call(supervisor, req), do: GenServer.call(supervisor, req, :infinity)
end
