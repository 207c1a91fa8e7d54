defmodule Task.Supervised do
  @moduledoc false

  def start(owner, callers, fun) do
    {:ok, :proc_lib.spawn(__MODULE__, :noreply, [owner, callers, fun])}
  end

  def start_link(owner, callers, fun) do
    {:ok, :proc_lib.spawn_link(__MODULE__, :noreply, [owner, callers, fun])}
  end

  def start_link(owner, monitor) do
    {:ok, :proc_lib.spawn_link(__MODULE__, :reply, [owner, monitor])}
  end

  # Waits for its work; `monitor` says whether to watch the owner meanwhile (a linked one needs not).
  def reply({_, _, owner_pid} = owner, monitor) do
    case monitor do
      :monitor ->
        mref = Process.monitor(owner_pid)

        receive do
          {^owner_pid, ref, reply_to, callers, mfa} ->
            Process.demonitor(mref, [:flush])
            reply(owner, ref, reply_to, callers, mfa)

          {:DOWN, ^mref, _, _, reason} ->
            exit({:shutdown, reason})
        end

      :nomonitor ->
        receive do
          {^owner_pid, ref, reply_to, callers, mfa} -> reply(owner, ref, reply_to, callers, mfa)
        end
    end
  end

  defp reply(owner, ref, reply_to, callers, mfa) do
    note_initial_call(mfa)
    Process.put(:"$callers", callers)
    send(reply_to, {ref, carry_out(owner, mfa)})
  end

  def noreply(owner, callers, mfa) do
    note_initial_call(mfa)
    Process.put(:"$callers", callers)
    carry_out(owner, mfa)
  end

  defp note_initial_call(mfa), do: Process.put(:"$initial_call", initial_call(mfa))

  defp initial_call({:erlang, :apply, [fun, []]}) when is_function(fun, 0) do
    {:module, module} = Function.info(fun, :module)
    {:name, name} = Function.info(fun, :name)
    {module, name, 0}
  end

  defp initial_call({mod, fun, args}), do: {mod, fun, length(args)}

  defp carry_out(owner, {module, fun, args} = mfa) do
    try do
      apply(module, fun, args)
    catch
      :exit, value when value == :normal or value == :shutdown or elem(value, 0) == :shutdown ->
        :erlang.raise(:exit, value, __STACKTRACE__)

      kind, value ->
        {function, args} = running(mfa)

        :logger.error(
          %{
            label: {Task.Supervisor, :terminating},
            report: %{
              name: self(),
              starter: starter(owner),
              function: function,
              args: args,
              reason: {shown_value(kind, value), __STACKTRACE__},
              process_label: :proc_lib.get_label(self())
            }
          },
          %{
            domain: [:otp, :elixir],
            error_logger: %{tag: :error_msg},
            report_cb: &__MODULE__.format_report/1,
            callers: Process.get(:"$callers")
          }
        )

        :erlang.raise(:exit, exit_with(kind, value, __STACKTRACE__), __STACKTRACE__)
    end
  end

  defp running({:erlang, :apply, [fun, []]}) when is_function(fun, 0), do: {fun, []}
  defp running({m, f, a}), do: {:erlang.make_fun(m, f, length(a)), a}

  defp starter({node, name_or_pid, _}) when node == node(), do: name_or_pid
  defp starter({node, name, _}) when is_atom(name), do: {name, node}
  defp starter({_, pid, _}), do: pid

  defp shown_value(:throw, value), do: {:nocatch, value}
  defp shown_value(_, value), do: value

  defp exit_with(:error, value, stack), do: {value, stack}
  defp exit_with(:exit, value, _stack), do: value
  defp exit_with(:throw, value, stack), do: {{:nocatch, value}, stack}

  @doc false
  def format_report(%{
        label: {Task.Supervisor, :terminating},
        report: %{name: name, starter: starter, function: fun, args: args, reason: reason}
      }) do
    {~c"** Task ~p terminating~n** Started from ~p~n** When function  == ~p~n**      arguments == ~p~n** Reason for termination == ~n** ~p~n",
     [name, starter, fun, args, reason]}
  end

  # --- streams ---------------------------------------------------------------------------------
  # A helper process starts the tasks, watches them and tells the owner how each one ended:
  # {{ref, position}, value} comes from a task, {ref, :down, position, reason} from the helper.

  def validate_stream_options(options) do
    max_concurrency = Keyword.get_lazy(options, :max_concurrency, &System.schedulers_online/0)
    on_timeout = Keyword.get(options, :on_timeout, :exit)
    timeout = Keyword.get(options, :timeout, 5000)
    ordered = Keyword.get(options, :ordered, true)
    zip_input_on_exit = Keyword.get(options, :zip_input_on_exit, false)

    unless is_integer(max_concurrency) and max_concurrency > 0 do
      raise ArgumentError, ":max_concurrency must be an integer greater than zero"
    end

    unless on_timeout in [:exit, :kill_task] do
      raise ArgumentError, ":on_timeout must be either :exit or :kill_task"
    end

    unless timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
      raise ArgumentError, ":timeout must be either a positive integer or :infinity"
    end

    %{
      max_concurrency: max_concurrency,
      on_timeout: on_timeout,
      timeout: timeout,
      ordered: ordered,
      zip_input_on_exit: zip_input_on_exit
    }
  end

  def stream(enumerable, acc, reducer, callers, mfa, options, spawn) do
    next = &Enumerable.reduce(enumerable, &1, fn x, acc -> {:suspend, [x | acc]} end)
    parent = self()
    ref = make_ref()
    {:trap_exit, trap_exit?} = Process.info(self(), :trap_exit)
    timeout = options.timeout

    {helper, helper_ref} =
      Process.spawn(
        fn ->
          if trap_exit?, do: Process.flag(:trap_exit, true)
          helper_loop(%{parent: parent, ref: ref, spawn: spawn, timeout: timeout, tasks: %{}})
        end,
        [:link, :monitor]
      )

    state = %{
      ref: ref,
      helper: helper,
      helper_ref: helper_ref,
      reducer: reducer,
      callers: callers,
      mfa: mfa,
      timeout: timeout,
      on_timeout: options.on_timeout,
      ordered: options.ordered,
      zip: options.zip_input_on_exit,
      free: options.max_concurrency,
      next: next,
      spawned: 0,
      delivered: 0,
      # position => {:running, item} | {:value, item, value} | {:exit, item, reason}
      slots: %{},
      ready: []
    }

    stream_reduce(acc, state)
  end

  defp stream_reduce({:suspend, acc}, state), do: {:suspended, acc, &stream_reduce(&1, state)}

  defp stream_reduce({:halt, acc}, state) do
    stream_close(state)
    {:halted, acc}
  end

  defp stream_reduce({:cont, acc}, state) do
    case deliverable(state) do
      {:ok, result, state} ->
        reduced =
          try do
            state.reducer.(result, acc)
          catch
            kind, reason ->
              stack = __STACKTRACE__
              stream_close(state)
              :erlang.raise(kind, reason, stack)
          end

        stream_reduce(reduced, state)

      :none when state.next == :done and state.spawned == state.delivered ->
        stream_close(state)
        {:done, acc}

      :none when state.next == :done or state.free == 0 ->
        stream_wait(acc, state)

      :none ->
        stream_spawn(acc, state)
    end
  end

  defp deliverable(%{ordered: false, ready: []}), do: :none

  defp deliverable(%{ordered: false, ready: [position | rest]} = state),
    do: take(position, %{state | ready: rest})

  defp deliverable(%{slots: slots, delivered: delivered} = state) do
    case slots do
      %{^delivered => {:done, _}} -> take(delivered, state)
      _ -> :none
    end
  end

  defp take(position, state) do
    {{:done, result}, slots} = Map.pop(state.slots, position)
    {:ok, result, %{state | slots: slots, delivered: state.delivered + 1}}
  end

  defp stream_spawn(acc, state) do
    pulled =
      try do
        state.next.({:cont, []})
      catch
        kind, reason ->
          stack = __STACKTRACE__
          stream_close(state)
          :erlang.raise(kind, reason, stack)
      end

    case pulled do
      {:suspended, [item], next} ->
        stream_reduce({:cont, acc}, stream_start(item, %{state | next: next}))

      {_, [item]} ->
        stream_reduce({:cont, acc}, stream_start(item, %{state | next: :done}))

      {_, []} ->
        stream_reduce({:cont, acc}, %{state | next: :done})
    end
  end

  defp stream_start(item, %{spawned: position} = state) do
    send(state.helper, {:spawn, position, state.callers, with_item(state.mfa, item)})
    slots = Map.put(state.slots, position, {:running, item})
    %{state | spawned: position + 1, free: state.free - 1, slots: slots}
  end

  defp with_item({mod, fun, args}, item), do: {mod, fun, [item | args]}
  defp with_item(fun, item), do: {:erlang, :apply, [fun, [item]]}

  defp stream_wait(acc, %{ref: ref, helper_ref: helper_ref} = state) do
    receive do
      {{^ref, position}, value} ->
        {:running, item} = Map.fetch!(state.slots, position)
        slots = Map.put(state.slots, position, {:value, item, value})
        stream_wait(acc, %{state | slots: slots})

      {^ref, :down, position, reason} ->
        stream_reduce({:cont, acc}, finished(position, reason, state))

      {^ref, :timeout, position} ->
        case state.on_timeout do
          :kill_task ->
            send(state.helper, {:kill, position})
            stream_wait(acc, state)

          :exit ->
            stream_close(state)
            exit({:timeout, {__MODULE__, :stream, [state.timeout]}})
        end

      {:DOWN, ^helper_ref, _, _, reason} ->
        stream_flush(ref)
        exit({reason, {__MODULE__, :stream, [state.timeout]}})
    end
  end

  defp finished(position, reason, state) do
    result =
      case Map.fetch!(state.slots, position) do
        {:value, _item, value} -> {:ok, value}
        {:running, item} when state.zip -> {:exit, {item, reason}}
        {:running, _item} -> {:exit, reason}
      end

    slots = Map.put(state.slots, position, {:done, result})
    ready = if state.ordered, do: [], else: state.ready ++ [position]
    %{state | slots: slots, free: state.free + 1, ready: ready}
  end

  # Ends the helper, and with it every task that still runs, before it returns.
  defp stream_close(%{helper: helper, helper_ref: helper_ref, ref: ref, next: next}) do
    send(helper, {:stop, ref})
    Process.unlink(helper)

    receive do
      {:DOWN, ^helper_ref, _, _, _} -> :ok
    end

    receive do
      {:EXIT, ^helper, _} -> :ok
    after
      0 -> :ok
    end

    stream_flush(ref)

    if is_function(next) do
      try do
        next.({:halt, []})
      catch
        _, _ -> :ok
      end
    end

    :ok
  end

  defp stream_flush(ref) do
    receive do
      {{^ref, _}, _} -> stream_flush(ref)
      {^ref, _, _} -> stream_flush(ref)
      {^ref, _, _, _} -> stream_flush(ref)
    after
      0 -> :ok
    end
  end

  defp helper_loop(%{parent: parent, ref: ref, tasks: tasks} = state) do
    receive do
      {:spawn, position, callers, mfa} ->
        {:ok, type, pid} = state.spawn.()
        mref = Process.monitor(pid)
        send(pid, {parent, {ref, position}, parent, callers, mfa})

        timer =
          if state.timeout != :infinity do
            Process.send_after(self(), {:late, mref}, state.timeout)
          end

        helper_loop(%{state | tasks: Map.put(tasks, mref, {position, type, pid, timer, nil})})

      {:DOWN, mref, _, _, reason} when is_map_key(tasks, mref) ->
        {{position, _type, pid, timer, killed}, tasks} = Map.pop(tasks, mref)
        timer && Process.cancel_timer(timer)
        send(parent, {ref, :down, position, killed || reason})
        flush_exit(pid)
        helper_loop(%{state | tasks: tasks})

      {:late, mref} when is_map_key(tasks, mref) ->
        {position, _, _, _, _} = Map.fetch!(tasks, mref)
        send(parent, {ref, :timeout, position})
        helper_loop(state)

      {:late, _} ->
        helper_loop(state)

      {:kill, position} ->
        helper_loop(%{state | tasks: kill(position, tasks)})

      {:EXIT, ^parent, reason} ->
        exit(reason)

      {:EXIT, _, _} ->
        helper_loop(state)

      {:stop, ^ref} ->
        for {mref, {_, _, pid, timer, _}} <- tasks do
          timer && Process.cancel_timer(timer)
          Process.unlink(pid)
          Process.exit(pid, :kill)

          receive do
            {:DOWN, ^mref, _, _, _} -> :ok
          end
        end

        exit(:normal)
    end
  end

  defp kill(position, tasks) do
    case Enum.find(tasks, fn {_, task} -> elem(task, 0) == position end) do
      {mref, {position, type, pid, timer, _}} ->
        Process.unlink(pid)
        Process.exit(pid, :kill)
        Map.put(tasks, mref, {position, type, pid, timer, :timeout})

      nil ->
        tasks
    end
  end

  defp flush_exit(pid) do
    receive do
      {:EXIT, ^pid, _} -> :ok
    after
      0 -> :ok
    end
  end
end
