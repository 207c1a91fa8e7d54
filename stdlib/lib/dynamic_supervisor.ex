defmodule DynamicSupervisor do
  @moduledoc "A supervisor whose children come and go at run time."

  @behaviour GenServer
  require :cordial_child
  import :cordial_child, only: [child: 1, child: 2]

  @type option :: GenServer.option()
  @type init_option :: term
  @type sup_flags :: map
  @type on_start_child :: {:ok, pid} | {:ok, pid, term} | :ignore | {:error, term}

  @callback init(init_arg :: term) :: {:ok, sup_flags} | :ignore

  # `children` is pid => child. A child that could not be started again stands under the pid of the one
  # that died, and has `{:restarting, pid}` for its own.
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

  # --- for clients -----------------------------------------------------------------------------

  @doc false
  defmacro __using__(options) do
    quote location: :keep do
      @behaviour DynamicSupervisor
      unquote(Supervisor.Child.definition(options, type: :supervisor))
    end
  end

  def child_spec(options) when is_list(options),
    do: Supervisor.Child.spec_with_options(DynamicSupervisor, options)

  @limits [:strategy, :max_children, :max_restarts, :max_seconds, :extra_arguments]

  def start_link(options) when is_list(options) do
    start_link(Supervisor.Default, init(Keyword.take(options, @limits)), Keyword.drop(options, @limits))
  end

  def start_link(module, init_arg, options \\ []),
    do: GenServer.start_link(DynamicSupervisor, {module, init_arg, options[:name]}, options)

  # The client finds out whether the specification makes sense.
  def start_child(supervisor, spec) do
    case :cordial_child.read(Supervisor.Child.read(spec), :any) do
      {:ok, child(significant: true)} -> {:error, {:invalid_significant, true}}
      {:error, {:bad_combination, _}} -> {:error, {:invalid_significant, true}}
      {:ok, child} -> ask(supervisor, {:start_child, child})
      {:error, reason} when is_atom(reason) -> {:error, {:invalid_child_spec, spec}}
      {:error, {:invalid_mfa, _}} when is_map(spec) -> {:error, {:invalid_child_spec, spec}}
      {:error, {:invalid_module, _}} -> {:error, {:invalid_modules, spec.modules}}
      error -> error
    end
  end

  def terminate_child(supervisor, pid) when is_pid(pid), do: ask(supervisor, {:terminate_child, pid})
  def which_children(supervisor), do: ask(supervisor, :which_children)
  def count_children(supervisor), do: Map.new(ask(supervisor, :count_children))
  defp ask(supervisor, request), do: GenServer.call(supervisor, request, :infinity)

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity),
    do: GenServer.stop(supervisor, reason, timeout)

  # --- start -----------------------------------------------------------------------------------

  # From a module's own `init`, the options; from the server, what it was started with.
  def init(options) when is_list(options) do
    flags = %{
      strategy: options[:strategy] || :one_for_one,
      intensity: Keyword.get(options, :max_restarts, 3),
      period: Keyword.get(options, :max_seconds, 5),
      max_children: Keyword.get(options, :max_children, :infinity),
      extra_arguments: Keyword.get(options, :extra_arguments, [])
    }

    {:ok, flags}
  end

  def init({module, _, _}) when not is_atom(module) do
    raise ArgumentError, "expected module to be an atom, got: #{inspect(module)}"
  end

  def init({module, init_arg, name}) do
    Process.put(:"$initial_call", {:supervisor, module, 1})
    Process.flag(:trap_exit, true)

    shown =
      case GenServer.address!(name) do
        :anonymous -> {self(), module}
        address -> address
      end

    case flags(module, init_arg) do
      {:ok, flags} when is_map(flags) ->
        case limited(%DynamicSupervisor{mod: module, args: init_arg, name: shown}, flags) do
          {:error, reason} -> {:stop, {:supervisor_data, reason}}
          ok -> ok
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {module, :init, other}}}
    end
  end

  defp flags(Supervisor.Default, given), do: given
  defp flags(module, init_arg), do: module.init(init_arg)

  # Each limit: where the flags have it, where the state has it, what it is when nobody says, what it may be.
  defp limited(state, flags) do
    limits = [
      {:strategy, :strategy, :one_for_one, &(&1 == :one_for_one)},
      {:intensity, :max_restarts, 1, &(is_integer(&1) and &1 >= 0)},
      {:period, :max_seconds, 5, &(is_integer(&1) and &1 > 0)},
      {:max_children, :max_children, :infinity, &(&1 == :infinity or (is_integer(&1) and &1 >= 0))},
      {:extra_arguments, :extra_arguments, [], &is_list/1}
    ]

    Enum.reduce_while(limits, {:ok, state}, fn {flag, field, default, good?}, {:ok, state} ->
      value = Map.get(flags, flag, default)

      if good?.(value),
        do: {:cont, {:ok, Map.replace!(state, field, value)}},
        else: {:halt, {:error, {:"invalid_#{flag}", value}}}
    end)
  end

  # --- requests --------------------------------------------------------------------------------

  def handle_call({:start_child, child}, _from, state) do
    if map_size(state.children) < state.max_children,
      do: add(child, state),
      else: {:reply, {:error, :max_children}, state}
  end

  # `Task.Supervisor` says itself how its children are restarted and stopped.
  def handle_call({:start_task, args, restart, shutdown}, from, state) do
    {usual_restart, usual_shutdown} = Process.get(Task.Supervisor)

    task =
      child(
        mfargs: {Task.Supervised, :start_link, args},
        restart: restart || usual_restart,
        shutdown: shutdown || usual_shutdown,
        modules: [Task.Supervised]
      )

    handle_call({:start_child, task}, from, state)
  end

  def handle_call({:terminate_child, pid}, _from, state) do
    case state.children do
      %{^pid => child} ->
        stop_all(%{pid => child}, state)
        {:reply, :ok, forget(pid, state)}

      _ ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call(:which_children, _from, state) do
    rows =
      for {_, child(pid: pid, type: type, modules: modules)} <- state.children do
        {:undefined, if(is_pid(pid), do: pid, else: :restarting), type, modules}
      end

    {:reply, rows, state}
  end

  def handle_call(:count_children, _from, %{children: children} = state) do
    alive = Enum.count(children, fn {pid, _} -> Process.alive?(pid) end)
    supervisors = Enum.count(children, fn {_, child(type: type)} -> type == :supervisor end)
    all = map_size(children)
    {:reply, [specs: all, active: alive, supervisors: supervisors, workers: all - supervisors], state}
  end

  def handle_cast(_message, state), do: {:noreply, state}

  defp add(child, state) do
    case launch(child, state) do
      {:ok, pid} -> {:reply, {:ok, pid}, remember(child, pid, state)}
      {:ok, pid, info} -> {:reply, {:ok, pid, info}, remember(child, pid, state)}
      other -> {:reply, other, state}
    end
  end

  defp launch(child(mfargs: {module, fun, args}), state),
    do: :cordial_child.start({module, fun, state.extra_arguments ++ args}, &:cordial_crash.as_exit/3)

  # Children have no ids of their own here.
  defp report(what, reason, child, state),
    do: :cordial_child.report(what, reason, :cordial_child.offender(child(child, id: :undefined)), state.name)

  # A temporary child is never started again, so its arguments need not be kept.
  defp remember(child(restart: restart, mfargs: {module, fun, _} = mfargs) = child, pid, state) do
    mfargs = if restart == :temporary, do: {module, fun, :undefined}, else: mfargs
    %{state | children: Map.put(state.children, pid, child(child, pid: pid, mfargs: mfargs))}
  end

  defp forget(pid, state), do: %{state | children: Map.delete(state.children, pid)}

  # --- what happens ----------------------------------------------------------------------------

  def handle_info({:EXIT, pid, reason}, state) do
    with %{^pid => child(restart: restart) = child} <- state.children do
      again = :cordial_child.again?(restart, reason)

      if again or :cordial_child.again?(:transient, reason),
        do: report(:child_terminated, reason, child, state)

      if again, do: renew(pid, child, state), else: {:noreply, forget(pid, state)}
    else
      _ -> {:noreply, state}
    end
  end

  # Another attempt, unless the child was stopped in the meantime.
  def handle_info({:"$again", pid}, state) do
    case state.children do
      %{^pid => child(pid: {:restarting, _}) = child} -> renew(pid, child, state)
      _ -> {:noreply, state}
    end
  end

  def handle_info(message, state) do
    report = %{label: {DynamicSupervisor, :unexpected_msg}, report: %{msg: message}}

    :logger.error(report, %{
      domain: [:otp, :elixir],
      report_cb: &__MODULE__.format_report/1,
      error_logger: %{tag: :error_msg}
    })

    {:noreply, state}
  end

  @doc false
  def format_report(%{report: %{msg: message}}),
    do: {~c"DynamicSupervisor received unexpected message: ~p~n", [message]}

  defp renew(pid, child, state) do
    %{restarts: times, max_restarts: most, max_seconds: period} = state

    case :cordial_child.count_restart(times, most, period) do
      {:ok, times} ->
        {:noreply, started_again(launch(child, state), pid, child, forget(pid, %{state | restarts: times}))}

      :too_many ->
        report(:shutdown, :reached_max_restart_intensity, child, state)
        {:stop, :shutdown, forget(pid, state)}
    end
  end

  defp started_again(result, old, child, state) do
    case result do
      {:ok, pid} ->
        remember(child, pid, state)

      {:ok, pid, _info} ->
        remember(child, pid, state)

      :ignore ->
        state

      {:error, _} ->
        send(self(), {:"$again", old})
        %{state | children: Map.put(state.children, old, child(child, pid: {:restarting, old}))}
    end
  end

  # --- the end ---------------------------------------------------------------------------------

  def code_change(_old, %{mod: module, args: init_arg} = state, _extra) do
    case flags(module, init_arg) do
      {:ok, flags} when is_map(flags) -> limited(state, flags)
      :ignore -> {:ok, state}
      other -> other
    end
  end

  def terminate(_reason, state), do: stop_all(state.children, state)

  defp stop_all(children, state) do
    running = for {pid, child(pid: pid, shutdown: shutdown)} <- children, do: {pid, shutdown}

    for {pid, reason} <- :cordial_child.stop(running), :cordial_child.again?(:transient, reason) do
      report(:shutdown_error, reason, Map.fetch!(children, pid), state)
    end

    :ok
  end
end
