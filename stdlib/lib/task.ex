defmodule Task do
  @moduledoc "A process that runs one function and hands back its value."

  @enforce_keys [:mfa, :owner, :pid, :ref]
  defstruct @enforce_keys

  @type t :: %__MODULE__{mfa: mfa, owner: pid, pid: pid | nil, ref: reference}
  @type async_stream_option :: term

  defguardp is_timeout(timeout)
            when timeout == :infinity or (is_integer(timeout) and timeout >= 0)

  def child_spec(arg) do
    %{id: Task, start: {Task, :start_link, [arg]}, restart: :temporary}
  end

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc "How a supervisor starts this module."
      end

      def child_spec(arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [arg]},
          restart: :temporary
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  @spec start((-> any)) :: {:ok, pid}
  def start(fun) when is_function(fun, 0), do: start(:erlang, :apply, [fun, []])

  @spec start(module, atom, [term]) :: {:ok, pid}
  def start(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args) do
    mfa = {module, function, args}
    Task.Supervised.start(origin(self()), chain(self()), mfa)
  end

  @spec start_link((-> any)) :: {:ok, pid}
  def start_link(fun) when is_function(fun, 0), do: start_link(:erlang, :apply, [fun, []])

  @spec start_link(module, atom, [term]) :: {:ok, pid}
  def start_link(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args) do
    mfa = {module, function, args}
    Task.Supervised.start_link(origin(self()), chain(self()), mfa)
  end

  @spec async((-> any)) :: t
  def async(fun) when is_function(fun, 0), do: async(:erlang, :apply, [fun, []])

  @spec async(module, atom, [term]) :: t
  def async(module, function_name, args)
      when is_atom(module) and is_atom(function_name) and is_list(args) do
    work = {module, function_name, args}
    owner = self()
    {:ok, pid} = Task.Supervised.start_link(origin(owner), :nomonitor)

    ref = watch(pid)
    send(pid, {owner, ref, ref, chain(owner), work})
    %Task{pid: pid, ref: ref, owner: owner, mfa: {module, function_name, length(args)}}
  end

  @doc false
  def watch(pid) do
    :erlang.monitor(:process, pid, [{:alias, :demonitor}])
  end

  @spec completed(any) :: t
  def completed(result) do
    ref = make_ref()
    owner = self()
    # The value waits in the owner's mailbox, as if a process had sent it.
    send(owner, {ref, result})
    %Task{pid: nil, ref: ref, owner: owner, mfa: {Task, :completed, 1}}
  end

  @spec async_stream(Enumerable.t(), (term -> term), keyword) :: Enumerable.t()
  def async_stream(enumerable, fun, options \\ [])
      when is_function(fun, 1) and is_list(options) do
    lazily(enumerable, fun, options)
  end

  @spec async_stream(Enumerable.t(), module, atom, [term], keyword) :: Enumerable.t()
  def async_stream(enumerable, module, function_name, args, options \\ [])
      when is_atom(module) and is_atom(function_name) and is_list(args) do
    lazily(enumerable, {module, function_name, args}, options)
  end

  defp lazily(enumerable, fun, options) do
    options = Task.Supervised.validate_stream_options(options)

    fn acc, acc_fun ->
      owner = origin(self())

      Task.Supervised.stream(enumerable, acc, acc_fun, chain(self()), fun, options, fn ->
        {:ok, pid} = Task.Supervised.start_link(owner, :nomonitor)
        {:ok, :link, pid}
      end)
    end
  end

  # The owner as {node, pid or name, name or []}: what crash reports say about it.
  @doc false
  def origin(pid) do
    self_or_name =
      case Process.info(pid, :registered_name) do
        {:registered_name, name} when is_atom(name) -> name
        _ -> pid
      end

    {node(), self_or_name, pid}
  end

  @doc false
  def chain(owner) do
    case :erlang.get(:"$callers") do
      [_ | _] = list -> [owner | list]
      _ -> [owner]
    end
  end

  @spec await(t, timeout) :: term
  def await(%Task{ref: ref, owner: owner} = task, timeout \\ 5000) when is_timeout(timeout) do
    if owner != self() do
      raise ArgumentError, not_owner(task)
    end

    receive do
      {^ref, reply} ->
        Process.demonitor(ref, [:flush])
        reply

      {:DOWN, ^ref, _, proc, reason} ->
        Kernel.exit({reason(reason, proc), {__MODULE__, :await, [task, timeout]}})
    after
      timeout ->
        Process.demonitor(ref, [:flush])
        Kernel.exit({:timeout, {__MODULE__, :await, [task, timeout]}})
    end
  end

  @spec ignore(t) :: {:ok, term} | {:exit, term} | nil
  def ignore(%Task{ref: ref, pid: pid, owner: owner} = task) do
    if owner != self() do
      raise ArgumentError, not_owner(task)
    end

    receive do
      {^ref, reply} ->
        pid && Process.unlink(pid)
        Process.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, proc, reason} ->
        {:exit, reason(reason, proc)}
    after
      0 ->
        pid && Process.unlink(pid)
        Process.demonitor(ref, [:flush])
        nil
    end
  end

  @spec await_many([t], timeout) :: [term]
  def await_many(tasks, timeout \\ 5000) when is_timeout(timeout) do
    awaiting =
      Map.new(tasks, fn %Task{ref: ref, owner: owner} = task ->
        if owner != self() do
          raise ArgumentError, not_owner(task)
        end

        {ref, true}
      end)

    alarm = make_ref()

    timer =
      if timeout != :infinity do
        Process.send_after(self(), alarm, timeout)
      end

    try do
      await_many(tasks, timeout, awaiting, %{}, alarm)
    after
      timer && Process.cancel_timer(timer)

      receive do
        ^alarm -> :ok
      after
        0 -> :ok
      end
    end
  end

  defp await_many(tasks, _timeout, awaiting, replies, _timeout_ref)
       when map_size(awaiting) == 0 do
    for %{ref: ref} <- tasks, do: Map.fetch!(replies, ref)
  end

  defp await_many(tasks, timeout, awaiting, replies, alarm) do
    receive do
      ^alarm ->
        forget_all(awaiting)
        Kernel.exit({:timeout, {__MODULE__, :await_many, [tasks, timeout]}})

      {:DOWN, ref, _, proc, reason} when is_map_key(awaiting, ref) ->
        forget_all(awaiting)
        Kernel.exit({reason(reason, proc), {__MODULE__, :await_many, [tasks, timeout]}})

      {ref, nil} when is_map_key(awaiting, ref) ->
        note_reply(tasks, timeout, awaiting, replies, alarm, ref, nil)

      {ref, reply} when is_map_key(awaiting, ref) ->
        note_reply(tasks, timeout, awaiting, replies, alarm, ref, reply)
    end
  end

  defp note_reply(tasks, timeout, awaiting, replies, alarm, ref, reply) do
    Process.demonitor(ref, [:flush])
    replies = Map.put(replies, ref, reply)
    await_many(tasks, timeout, Map.delete(awaiting, ref), replies, alarm)
  end

  defp forget_all(awaiting) do
    Enum.each(awaiting, fn {ref, _} -> Process.demonitor(ref, [:flush]) end)
  end

  @spec yield(t, timeout) :: {:ok, term} | {:exit, term} | nil
  def yield(%Task{ref: ref, owner: owner} = task, timeout \\ 5000) when is_timeout(timeout) do
    if owner != self() do
      raise ArgumentError, not_owner(task)
    end

    receive do
      {^ref, reply} ->
        Process.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, proc, reason} ->
        {:exit, reason(reason, proc)}
    after
      timeout -> nil
    end
  end

  @spec yield_many([t], timeout | keyword) :: [{t, {:ok, term} | {:exit, term} | nil}]
  def yield_many(tasks, opts \\ [])

  def yield_many(tasks, timeout) when is_timeout(timeout) do
    yield_many(tasks, timeout: timeout)
  end

  def yield_many(tasks, opts) when is_list(opts) do
    on_timeout = Keyword.get(opts, :on_timeout, :nothing)
    timeout = Keyword.get(opts, :timeout, 5_000)
    limit = Keyword.get(opts, :limit, length(tasks))

    refs =
      Map.new(tasks, fn %Task{ref: ref, owner: owner} = task ->
        if owner != self() do
          raise ArgumentError, not_owner(task)
        end

        {ref, nil}
      end)

    alarm = make_ref()

    timer =
      if timeout != :infinity do
        Process.send_after(self(), alarm, timeout)
      end

    try do
      yield_many(limit, refs, %{}, alarm, timer)
    catch
      {:noconnection, reason} ->
        Kernel.exit({reason, {__MODULE__, :yield_many, [tasks, timeout]}})
    else
      results ->
        for task <- tasks, do: {task, yielded(Map.get(results, task.ref), task, on_timeout)}
    after
      timer && Process.cancel_timer(timer)

      receive do
        ^alarm -> :ok
      after
        0 -> :ok
      end
    end
  end

  defp yielded(nil, _task, :nothing), do: nil
  defp yielded(nil, task, :ignore), do: ignore(task)
  defp yielded(nil, task, :kill_task), do: shutdown(task, :brutal_kill)
  defp yielded(result, _task, _on_timeout), do: result

  defp yield_many(0, _awaiting, results, _timeout_ref, _timer), do: results

  defp yield_many(_limit, awaiting, results, _timeout_ref, _timer)
       when map_size(awaiting) == 0,
       do: results

  defp yield_many(limit, awaiting, results, alarm, timer) do
    receive do
      {ref, reply} when is_map_key(awaiting, ref) ->
        Process.demonitor(ref, [:flush])
        results = Map.put(results, ref, {:ok, reply})
        yield_many(limit - 1, Map.delete(awaiting, ref), results, alarm, timer)

      {:DOWN, ref, _, proc, reason} when is_map_key(awaiting, ref) ->
        results = Map.put(results, ref, {:exit, reason(reason, proc)})
        yield_many(limit - 1, Map.delete(awaiting, ref), results, alarm, timer)

      ^alarm ->
        drain(awaiting, results)
    end
  end

  # The time is up: what has already arrived still counts.
  defp drain(awaiting, results) do
    receive do
      {ref, reply} when is_map_key(awaiting, ref) ->
        Process.demonitor(ref, [:flush])
        drain(Map.delete(awaiting, ref), Map.put(results, ref, {:ok, reply}))

      {:DOWN, ref, _, proc, reason} when is_map_key(awaiting, ref) ->
        drain(Map.delete(awaiting, ref), Map.put(results, ref, {:exit, reason(reason, proc)}))
    after
      0 -> results
    end
  end

  @spec shutdown(t, timeout | :brutal_kill) :: {:ok, term} | {:exit, term} | nil
  def shutdown(task, shutdown \\ 5000)

  def shutdown(%Task{pid: nil} = task, _) do
    raise ArgumentError, "task #{inspect(task)} does not have an associated task process"
  end

  def shutdown(%Task{owner: owner} = task, _) when owner != self() do
    raise ArgumentError, not_owner(task)
  end

  def shutdown(%Task{pid: pid} = task, :brutal_kill) do
    mon = Process.monitor(pid)
    tell_to_end(pid, :kill)

    case await_end(task, mon, :brutal_kill, :infinity) do
      {:down, proc, :noconnection} ->
        Kernel.exit({reason(:noconnection, proc), {__MODULE__, :shutdown, [task, :brutal_kill]}})

      {:down, _, reason} ->
        {:exit, reason}

      result ->
        result
    end
  end

  def shutdown(%Task{pid: pid} = task, timeout) when is_timeout(timeout) do
    mon = Process.monitor(pid)
    tell_to_end(pid, :shutdown)

    case await_end(task, mon, :shutdown, timeout) do
      {:down, proc, :noconnection} ->
        Kernel.exit({reason(:noconnection, proc), {__MODULE__, :shutdown, [task, timeout]}})

      {:down, _, reason} ->
        {:exit, reason}

      result ->
        result
    end
  end

  # Unlinked first: the end of the task shall not reach its caller as an exit signal.
  defp tell_to_end(pid, reason) do
    Process.unlink(pid)
    Process.exit(pid, reason)
    :ok
  end

  defp await_end(%{ref: ref} = task, mon, type, timeout) do
    receive do
      {:DOWN, ^mon, _, _, :shutdown} when type in [:shutdown, :timeout_kill] ->
        Process.demonitor(ref, [:flush])
        late_reply(ref)

      {:DOWN, ^mon, _, _, :killed} when type == :brutal_kill ->
        Process.demonitor(ref, [:flush])
        late_reply(ref)

      {:DOWN, ^mon, _, _, :noproc} ->
        # The answer or the reason why the task ended is already here.
        reason = why_gone(ref)
        late_reply(ref) || reason

      {:DOWN, ^mon, _, proc, reason} ->
        Process.demonitor(ref, [:flush])
        late_reply(ref) || {:down, proc, reason}
    after
      timeout ->
        Process.exit(task.pid, :kill)
        await_end(task, mon, :timeout_kill, :infinity)
    end
  end

  defp late_reply(ref) do
    receive do
      {^ref, reply} -> {:ok, reply}
    after
      0 -> nil
    end
  end

  defp why_gone(ref) do
    receive do
      {:DOWN, ^ref, _, proc, reason} -> {:down, proc, reason}
    after
      0 ->
        Process.demonitor(ref, [:flush])
        nil
    end
  end

  @doc false
  def not_owner(task) do
    "task #{inspect(task)} must be queried from the owner but was queried from #{inspect(self())}"
  end

  defp reason(:noconnection, proc), do: {:nodedown, node_of(proc)}
  defp reason(reason, _), do: reason

  defp node_of(pid) when is_pid(pid), do: node(pid)
  defp node_of({_, node}), do: node
end
