defmodule Task.Stream do
  @moduledoc false
  # Tasks over the elements of an enumerable, so many at a time.
  #
  # A helper process starts the tasks, watches them and tells the owner how each one ended:
  # {{ref, position}, value} comes from a task, {ref, :down, position, reason} from the helper.

  @doc """
  The stream. `launch` starts a waiting task for an owner: `{:ok, pid}` or `{:error, :max_children}`.
  """
  def new(enumerable, work, options, launch) do
    settings = settings(options)

    fn acc, reducer ->
      origin = Task.origin(self())
      begin(enumerable, acc, reducer, work, settings, fn -> launch.(origin) end)
    end
  end

  defp settings(options) do
    given = %{
      max_concurrency: Keyword.get_lazy(options, :max_concurrency, &System.schedulers_online/0),
      timeout: Keyword.get(options, :timeout, 5000),
      on_timeout: Keyword.get(options, :on_timeout, :exit),
      ordered: Keyword.get(options, :ordered, true),
      zip: Keyword.get(options, :zip_input_on_exit, false)
    }

    problem =
      cond do
        not (is_integer(given.max_concurrency) and given.max_concurrency > 0) ->
          ":max_concurrency must be an integer greater than zero"

        given.on_timeout not in [:exit, :kill_task] ->
          ":on_timeout must be either :exit or :kill_task"

        given.timeout != :infinity and not (is_integer(given.timeout) and given.timeout >= 0) ->
          ":timeout must be either a positive integer or :infinity"

        true ->
          nil
      end

    if problem, do: raise(ArgumentError, problem), else: given
  end

  defp begin(enumerable, acc, reducer, work, settings, launch) do
    owner = self()
    ref = make_ref()
    {:trap_exit, trapping} = Process.info(owner, :trap_exit)

    helping = fn ->
      if trapping, do: Process.flag(:trap_exit, true)
      help(%{owner: owner, ref: ref, launch: launch, timeout: settings.timeout, tasks: %{}})
    end

    {helper, helper_ref} = Process.spawn(helping, [:link, :monitor])

    go_on(acc, %{
      settings: settings,
      ref: ref,
      helper: helper,
      helper_ref: helper_ref,
      reducer: reducer,
      callers: Task.chain(owner),
      work: work,
      # How many more may run, and what hands out the next element, or :done.
      free: settings.max_concurrency,
      next: &Enumerable.reduce(enumerable, &1, fn element, acc -> {:suspend, [element | acc]} end),
      spawned: 0,
      delivered: 0,
      # position => {:running, element} | {:value, element, value} | {:done, result}
      slots: %{},
      ready: []
    })
  end

  defp go_on({:suspend, acc}, state), do: {:suspended, acc, &go_on(&1, state)}

  defp go_on({:halt, acc}, state) do
    close(state)
    {:halted, acc}
  end

  defp go_on({:cont, acc}, state) do
    case due(state) do
      {:ok, result, state} ->
        go_on(closing_at_error(state, fn -> state.reducer.(result, acc) end), state)

      :none when state.next == :done and state.spawned == state.delivered ->
        close(state)
        {:done, acc}

      :none when state.next == :done or state.free == 0 ->
        listen(acc, state)

      :none ->
        pull(acc, state)
    end
  end

  defp due(%{settings: %{ordered: false}, ready: []}), do: :none

  defp due(%{settings: %{ordered: false}, ready: [position | rest]} = state),
    do: take(position, %{state | ready: rest})

  defp due(%{slots: slots, delivered: delivered} = state) do
    case slots do
      %{^delivered => {:done, _}} -> take(delivered, state)
      _ -> :none
    end
  end

  defp take(position, state) do
    {{:done, result}, slots} = Map.pop(state.slots, position)
    {:ok, result, %{state | slots: slots, delivered: state.delivered + 1}}
  end

  # No task outlives a failure of what the stream is given or of what it gives to.
  defp closing_at_error(state, fun) do
    fun.()
  catch
    class, reason ->
      stack = __STACKTRACE__
      close(state)
      :erlang.raise(class, reason, stack)
  end

  defp pull(acc, state) do
    case closing_at_error(state, fn -> state.next.({:cont, []}) end) do
      {:suspended, [element], next} ->
        go_on({:cont, acc}, hand_out(element, %{state | next: next}))

      {_, [element]} ->
        go_on({:cont, acc}, hand_out(element, %{state | next: :done}))

      {_, []} ->
        go_on({:cont, acc}, %{state | next: :done})
    end
  end

  defp hand_out(element, %{spawned: position} = state) do
    send(state.helper, {:spawn, position, state.callers, with_element(state.work, element)})
    slots = Map.put(state.slots, position, {:running, element})
    %{state | spawned: position + 1, free: state.free - 1, slots: slots}
  end

  defp with_element({mod, fun, args}, element), do: {mod, fun, [element | args]}
  defp with_element(fun, element), do: {:erlang, :apply, [fun, [element]]}

  defp listen(acc, %{ref: ref, helper_ref: helper_ref} = state) do
    receive do
      {{^ref, position}, value} ->
        {:running, element} = Map.fetch!(state.slots, position)
        slots = Map.put(state.slots, position, {:value, element, value})
        listen(acc, %{state | slots: slots})

      {^ref, :down, position, reason} ->
        go_on({:cont, acc}, finished(position, reason, state))

      {^ref, :timeout, position} ->
        case state.settings.on_timeout do
          :kill_task ->
            send(state.helper, {:kill, position})
            listen(acc, state)

          :exit ->
            close(state)
            exit({:timeout, {Task.Supervised, :stream, [state.settings.timeout]}})
        end

      {^ref, :full, _position} ->
        close(state)
        Task.Supervisor.full!()

      {:DOWN, ^helper_ref, _, _, reason} ->
        forget(ref)
        exit({reason, {Task.Supervised, :stream, [state.settings.timeout]}})
    end
  end

  defp finished(position, reason, state) do
    result =
      case Map.fetch!(state.slots, position) do
        {:value, _element, value} -> {:ok, value}
        {:running, element} when state.settings.zip -> {:exit, {element, reason}}
        {:running, _element} -> {:exit, reason}
      end

    slots = Map.put(state.slots, position, {:done, result})
    ready = if state.settings.ordered, do: [], else: state.ready ++ [position]
    %{state | slots: slots, free: state.free + 1, ready: ready}
  end

  # Ends the helper, and with it every task that still runs, before it returns.
  defp close(%{helper: helper, helper_ref: helper_ref, ref: ref, next: next}) do
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

    forget(ref)

    if is_function(next) do
      try do
        next.({:halt, []})
      catch
        _, _ -> :ok
      end
    end

    :ok
  end

  defp forget(ref) do
    receive do
      {{^ref, _}, _} -> forget(ref)
      {^ref, _, _} -> forget(ref)
      {^ref, _, _, _} -> forget(ref)
    after
      0 -> :ok
    end
  end

  defp help(%{owner: owner, ref: ref, tasks: tasks} = state) do
    receive do
      {:spawn, position, callers, work} ->
        case state.launch.() do
          {:ok, pid} ->
            mref = Process.monitor(pid)
            send(pid, {owner, {ref, position}, owner, callers, work})
            timer = if state.timeout != :infinity, do: Process.send_after(self(), {:late, mref}, state.timeout)
            help(%{state | tasks: Map.put(tasks, mref, {position, pid, timer, nil})})

          {:error, :max_children} ->
            send(owner, {ref, :full, position})
            help(state)
        end

      {:DOWN, mref, _, _, reason} when is_map_key(tasks, mref) ->
        {{position, pid, timer, killed}, tasks} = Map.pop(tasks, mref)
        timer && Process.cancel_timer(timer)
        send(owner, {ref, :down, position, killed || reason})
        flush_exit(pid)
        help(%{state | tasks: tasks})

      {:late, mref} when is_map_key(tasks, mref) ->
        {position, _, _, _} = Map.fetch!(tasks, mref)
        send(owner, {ref, :timeout, position})
        help(state)

      {:late, _} ->
        help(state)

      {:kill, position} ->
        help(%{state | tasks: kill(position, tasks)})

      {:EXIT, ^owner, reason} ->
        exit(reason)

      {:EXIT, _, _} ->
        help(state)

      {:stop, ^ref} ->
        for {mref, {_, pid, timer, _}} <- tasks do
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
      {mref, {position, pid, timer, _}} ->
        Process.unlink(pid)
        Process.exit(pid, :kill)
        Map.put(tasks, mref, {position, pid, timer, :timeout})

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
