defmodule Task do
  @moduledoc "A process that runs one function and hands back its value."

  @enforce_keys [:mfa, :owner, :pid, :ref]
  defstruct @enforce_keys

  @type t :: %__MODULE__{mfa: mfa, owner: pid, pid: pid | nil, ref: reference}
  @type async_stream_option :: term

  defguardp is_timeout(timeout)
            when timeout == :infinity or (is_integer(timeout) and timeout >= 0)

  @doc "How a supervisor starts a task; the argument is the function of `start_link/1`."
  def child_spec(fun), do: Supervisor.Child.spec(Task, fun, [restart: :temporary], [])

  @doc false
  defmacro __using__(options), do: Supervisor.Child.definition(options, restart: :temporary)

  @spec start((-> any)) :: {:ok, pid}
  def start(fun) when is_function(fun, 0), do: start(:erlang, :apply, [fun, []])

  @spec start(module, atom, [term]) :: {:ok, pid}
  def start(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args) do
    Task.Supervised.start(origin(self()), chain(self()), {module, function, args})
  end

  @spec start_link((-> any)) :: {:ok, pid}
  def start_link(fun) when is_function(fun, 0), do: start_link(:erlang, :apply, [fun, []])

  @spec start_link(module, atom, [term]) :: {:ok, pid}
  def start_link(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args) do
    Task.Supervised.start_link(origin(self()), chain(self()), {module, function, args})
  end

  # --- tasks that answer -----------------------------------------------------------------------

  @spec async((-> any)) :: t
  def async(fun) when is_function(fun, 0), do: async(:erlang, :apply, [fun, []])

  @spec async(module, atom, [term]) :: t
  def async(module, function, args) when is_atom(module) and is_atom(function) and is_list(args) do
    {:ok, pid} = Task.Supervised.start_link(origin(self()), :nomonitor)
    assign(pid, {module, function, args})
  end

  # Gives a waiting process its work. The task's reference is an alias, so that a late answer reaches nobody.
  @doc false
  def assign(pid, {module, function, args} = work) do
    owner = self()
    ref = :erlang.monitor(:process, pid, alias: :demonitor)
    send(pid, {owner, ref, ref, chain(owner), work})
    %Task{pid: pid, ref: ref, owner: owner, mfa: {module, function, length(args)}}
  end

  @spec completed(any) :: t
  def completed(result) do
    ref = make_ref()
    # The value waits in the owner's mailbox, as if a process had sent it.
    send(self(), {ref, result})
    %Task{pid: nil, ref: ref, owner: self(), mfa: {Task, :completed, 1}}
  end

  @spec async_stream(Enumerable.t(), (term -> term), keyword) :: Enumerable.t()
  def async_stream(enumerable, fun, options \\ []) when is_function(fun, 1) and is_list(options),
    do: lazily(enumerable, fun, options)

  @spec async_stream(Enumerable.t(), module, atom, [term], keyword) :: Enumerable.t()
  def async_stream(enumerable, module, function, args, options \\ [])
      when is_atom(module) and is_atom(function) and is_list(args),
      do: lazily(enumerable, {module, function, args}, options)

  defp lazily(enumerable, work, options) do
    Task.Stream.new(enumerable, work, options, fn origin ->
      Task.Supervised.start_link(origin, :nomonitor)
    end)
  end

  # The owner as {node, name or pid, pid}: what crash reports say about it.
  @doc false
  def origin(pid) do
    case Process.info(pid, :registered_name) do
      {:registered_name, name} when is_atom(name) -> {node(), name, pid}
      _ -> {node(), pid, pid}
    end
  end

  @doc false
  def chain(owner), do: [owner | Process.get(:"$callers") || []]

  # --- one task --------------------------------------------------------------------------------

  @spec await(t, timeout) :: term
  def await(%Task{} = task, timeout \\ 5000) when is_timeout(timeout) do
    case collect(task, timeout) do
      {:ok, reply} -> reply
      {:exit, reason} -> leave(reason, :await, [task, timeout])
      nil -> abandon([task.ref]) && leave(:timeout, :await, [task, timeout])
    end
  end

  @spec yield(t, timeout) :: {:ok, term} | {:exit, term} | nil
  def yield(%Task{} = task, timeout \\ 5000) when is_timeout(timeout), do: collect(task, timeout)

  @spec ignore(t) :: {:ok, term} | {:exit, term} | nil
  def ignore(%Task{pid: pid, ref: ref} = task) do
    result = collect(task, 0)

    if not match?({:exit, _}, result) do
      if pid, do: Process.unlink(pid)
      abandon([ref])
    end

    result
  end

  # The result of a task, if there is one in time.
  defp collect(%Task{ref: ref} = task, timeout) do
    owned!(task)

    receive do
      {^ref, reply} ->
        Process.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, :process, process, reason} ->
        {:exit, told(reason, process)}
    after
      timeout -> nil
    end
  end

  @spec shutdown(t, timeout | :brutal_kill) :: {:ok, term} | {:exit, term} | nil
  def shutdown(task, how \\ 5000)

  # A task that never was a process may still have its value to give.
  def shutdown(%Task{pid: nil} = task, _how) do
    collect(task, 0) ||
      raise ArgumentError, "task #{inspect(task)} does not have an associated task process"
  end

  def shutdown(%Task{pid: pid} = task, how) when how == :brutal_kill or is_timeout(how) do
    owned!(task)
    mref = Process.monitor(pid)
    # Unlinked first: the end of the task shall not reach its owner as an exit signal.
    Process.unlink(pid)
    {wish, patience, expected} = if how == :brutal_kill, do: {:kill, :infinity, :killed}, else: {:shutdown, how, :shutdown}
    Process.exit(pid, wish)

    case {await_end(pid, mref, patience), collect(task, 0)} do
      {_, {:ok, reply}} -> {:ok, reply}
      # It had ended before, for a reason that its own monitor knows.
      {:noproc, {:exit, ^expected}} -> nil
      {:noproc, result} -> result
      {^expected, _} -> nil
      {:noconnection, _} -> leave(told(:noconnection, pid), :shutdown, [task, how])
      {reason, _} -> {:exit, reason}
    end
  end

  defp await_end(pid, mref, patience) do
    receive do
      {:DOWN, ^mref, :process, _, reason} -> reason
    after
      patience ->
        Process.exit(pid, :kill)
        await_end(pid, mref, :infinity)
    end
  end

  # --- many tasks ------------------------------------------------------------------------------

  @spec await_many([t], timeout) :: [term]
  def await_many(tasks, timeout \\ 5000) when is_timeout(timeout) do
    case gather(tasks, length(tasks), timeout, :stop_at_exit) do
      {:complete, results} ->
        for %Task{ref: ref} <- tasks, do: elem(Map.fetch!(results, ref), 1)

      {:exit, reason, waiting} ->
        abandon(waiting)
        leave(reason, :await_many, [tasks, timeout])

      {:partial, _results, waiting} ->
        abandon(waiting)
        leave(:timeout, :await_many, [tasks, timeout])
    end
  end

  @spec yield_many([t], timeout | keyword) :: [{t, {:ok, term} | {:exit, term} | nil}]
  def yield_many(tasks, options \\ [])
  def yield_many(tasks, timeout) when is_timeout(timeout), do: yield_many(tasks, timeout: timeout)

  def yield_many(tasks, options) when is_list(options) do
    timeout = Keyword.get(options, :timeout, 5000)
    limit = Keyword.get(options, :limit, length(tasks))

    results =
      case gather(tasks, limit, timeout, :go_on) do
        {:complete, results} -> results
        {:partial, results, _waiting} -> results
      end

    for %Task{ref: ref} = task <- tasks do
      case {results, options[:on_timeout] || :nothing} do
        {%{^ref => result}, _} -> {task, result}
        {_, :nothing} -> {task, nil}
        {_, :ignore} -> {task, ignore(task)}
        {_, :kill_task} -> {task, shutdown(task, :brutal_kill)}
      end
    end
  end

  # The results of so many tasks, as they come: reference => {:ok, reply} or {:exit, reason}.
  defp gather(tasks, limit, timeout, at_exit) do
    waiting = Map.new(tasks, fn task -> {owned!(task).ref, true} end)
    deadline = if timeout == :infinity, do: :infinity, else: System.monotonic_time(:millisecond) + timeout
    gather(waiting, %{}, limit, deadline, at_exit)
  end

  defp gather(waiting, results, limit, _deadline, _at_exit)
       when map_size(results) == limit or map_size(waiting) == 0,
       do: {:complete, results}

  defp gather(waiting, results, limit, deadline, at_exit) do
    left = if deadline == :infinity, do: :infinity, else: max(deadline - System.monotonic_time(:millisecond), 0)

    receive do
      {ref, reply} when is_map_key(waiting, ref) ->
        Process.demonitor(ref, [:flush])
        gather(Map.delete(waiting, ref), Map.put(results, ref, {:ok, reply}), limit, deadline, at_exit)

      {:DOWN, ref, :process, process, reason} when is_map_key(waiting, ref) ->
        reason = told(reason, process)
        waiting = Map.delete(waiting, ref)

        if at_exit == :stop_at_exit,
          do: {:exit, reason, Map.keys(waiting)},
          else: gather(waiting, Map.put(results, ref, {:exit, reason}), limit, deadline, at_exit)
    after
      # What has arrived by now is taken even so.
      left -> {:partial, results, Map.keys(waiting)}
    end
  end

  defp abandon(refs), do: Enum.each(refs, &Process.demonitor(&1, [:flush]))

  defp leave(reason, function, args), do: Kernel.exit({reason, {Task, function, args}})

  defp owned!(%Task{owner: owner} = task) do
    if owner == self() do
      task
    else
      raise ArgumentError,
            "task #{inspect(task)} must be queried from the owner but was queried from #{inspect(self())}"
    end
  end

  defp told(:noconnection, {_name, node}), do: {:nodedown, node}
  defp told(:noconnection, pid), do: {:nodedown, node(pid)}
  defp told(reason, _process), do: reason
end
