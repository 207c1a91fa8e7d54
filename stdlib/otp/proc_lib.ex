# Processes that know their ancestors, and the hand-shake by which such a process starts.
#
# The new process tells its starter `{:"$started", pid, answer}` or `{:"$refused", pid, answer}`; a
# monitor tells of one that ends without a word.
defmodule :proc_lib do
  @moduledoc false

  # --- spawning --------------------------------------------------------------------------------

  def spawn(fun), do: :erlang.spawn(:proc_lib, :init_p, lineage([fun]))
  def spawn(mod, fun, args), do: :erlang.spawn(:proc_lib, :init_p, lineage([mod, fun, args]))
  def spawn_link(fun), do: :erlang.spawn_link(:proc_lib, :init_p, lineage([fun]))
  def spawn_link(mod, fun, args), do: :erlang.spawn_link(:proc_lib, :init_p, lineage([mod, fun, args]))
  def spawn_opt(fun, options), do: :erlang.spawn_opt(:proc_lib, :init_p, lineage([fun]), options)

  def spawn_opt(mod, fun, args, options),
    do: :erlang.spawn_opt(:proc_lib, :init_p, lineage([mod, fun, args]), options)

  # Of nodes there is only the own one; the natives say so of others.
  def spawn(node, fun), do: spawn(node, :erlang, :apply, [fun, []])
  def spawn(node, mod, fun, args), do: :erlang.spawn(node, :proc_lib, :init_p, lineage([mod, fun, args]))
  def spawn_link(node, fun), do: spawn_link(node, :erlang, :apply, [fun, []])
  def spawn_link(node, mod, fun, args), do: :erlang.spawn_link(node, :proc_lib, :init_p, lineage([mod, fun, args]))
  def spawn_opt(node, fun, options), do: spawn_opt(node, :erlang, :apply, [fun, []], options)

  def spawn_opt(node, mod, fun, args, options) when node == node(), do: spawn_opt(mod, fun, args, options)

  def spawn_opt(node, mod, fun, args, _options),
    do: :erlang.spawn(node, :proc_lib, :init_p, lineage([mod, fun, args]))

  # The new process begins with its parent, by name where it has one, and the parent's ancestors.
  defp lineage(work) do
    parent =
      case :erlang.process_info(:erlang.self(), :registered_name) do
        {:registered_name, name} -> name
        _ -> :erlang.self()
      end

    case :erlang.get(:"$ancestors") do
      ancestors when :erlang.is_list(ancestors) -> [parent, ancestors | work]
      _ -> [parent, [] | work]
    end
  end

  @doc false
  def init_p(parent, ancestors, fun) when :erlang.is_function(fun, 0) do
    :cordial_server.begun_with(fun)
    :erlang.put(:"$ancestors", [parent | ancestors])
    guard(:erlang, :apply, [fun, []])
  end

  @doc false
  def init_p(parent, ancestors, mod, fun, args) do
    :erlang.put(:"$initial_call", {mod, fun, :erlang.length(args)})
    :erlang.put(:"$ancestors", [parent | ancestors])
    guard(mod, fun, args)
  end

  # Whatever ends the process becomes an exit, which nothing else logs.
  defp guard(mod, fun, args) do
    try do
      :erlang.apply(mod, fun, args)
    catch
      class, reason -> :cordial_crash.finish(class, reason, __STACKTRACE__)
    end
  end

  def hibernate(mod, fun, args), do: :erlang.hibernate(:proc_lib, :wake_up, [mod, fun, args])

  @doc false
  def wake_up(mod, fun, args), do: guard(mod, fun, args)

  # --- starting --------------------------------------------------------------------------------

  for fun <- [:start, :start_link, :start_monitor] do
    def unquote(fun)(mod, fun, args), do: unquote(fun)(mod, fun, args, :infinity, [])
    def unquote(fun)(mod, fun, args, timeout), do: unquote(fun)(mod, fun, args, timeout, [])
  end

  def start(mod, fun, args, timeout, options) do
    {pid, mref} = spawn_opt(mod, fun, args, [:monitor | options])

    case hear(pid, mref, timeout) do
      {:up, answer} ->
        :erlang.demonitor(mref, [:flush])
        answer

      {:down, answer} ->
        gone(mref)
        answer
    end
  end

  def start_link(mod, fun, args, timeout, options) do
    {pid, mref} = spawn_opt(mod, fun, args, [:link, :monitor | options])

    case hear(pid, mref, timeout) do
      {:up, answer} ->
        :erlang.demonitor(mref, [:flush])
        answer

      {:down, answer} ->
        gone(mref)
        unlinked(pid)
        answer
    end
  end

  # The monitor stays with the caller, and so does what it has to tell.
  def start_monitor(mod, fun, args, timeout, options) do
    {pid, mref} = spawn_opt(mod, fun, args, [:monitor | options])

    {_, answer} = hear(pid, mref, timeout)
    {answer, mref}
  end

  # The first word of a new process. One that takes too long is killed; a linked starter lives on.
  defp hear(pid, mref, timeout) do
    receive do
      {:"$started", ^pid, answer} ->
        {:up, answer}

      {:"$refused", ^pid, answer} ->
        {:down, answer}

      {:DOWN, ^mref, _, _, reason} = down ->
        :erlang.send(:erlang.self(), down)
        {:down, {:error, reason}}
    after
      timeout ->
        :erlang.unlink(pid)
        :erlang.exit(pid, :kill)
        {:down, {:error, :timeout}}
    end
  end

  defp gone(mref) do
    receive do
      {:DOWN, ^mref, _, _, _} -> :ok
    end
  end

  # A starter that traps exits shall not get a message of a start it already knows to have failed.
  defp unlinked(pid) do
    :erlang.unlink(pid)

    receive do
      {:EXIT, ^pid, _} -> :ok
    after
      0 -> :ok
    end
  end

  def init_ack(answer), do: init_ack(:cordial_address.parent(), answer)

  def init_ack(starter, answer) do
    :erlang.send(starter, {:"$started", :erlang.self(), answer})
    :ok
  end

  def init_fail(answer, ending), do: init_fail(:cordial_address.parent(), answer, ending)

  def init_fail(starter, answer, ending) do
    :erlang.send(starter, {:"$refused", :erlang.self(), answer})

    case ending do
      {class, reason, stack} -> :erlang.raise(class, reason, stack)
      {:exit, reason} -> :erlang.exit(reason)
      {:error, reason} -> :erlang.error(reason)
      {:throw, value} -> :erlang.throw(value)
    end
  end

  # --- stopping --------------------------------------------------------------------------------

  def stop(process), do: stop(process, :normal, :infinity)

  def stop(process, reason, timeout) do
    mref = :erlang.monitor(:process, process)
    id = :cordial_call.request(process, :system, {:terminate, reason})

    ending =
      receive do
        {:DOWN, ^mref, _, _, ending} -> {:ended, ending}
      after
        timeout -> :timeout
      end

    :erlang.demonitor(mref, [:flush])

    case {ending, :cordial_call.response(id, 0, :abandon)} do
      {:timeout, _} -> :erlang.exit(:timeout)
      {{:ended, ^reason}, _} -> :ok
      {{:ended, :noproc}, _} -> :erlang.exit(:noproc)
      {{:ended, :noconnection}, _} -> :erlang.exit({:nodedown, :erlang.node(process)})
      {{:ended, other}, {:reply, _}} -> :erlang.exit(other)
      # It ended for a reason of its own before it read the request.
      {{:ended, other}, _} -> :erlang.exit({other, {:sys, :terminate, [process, reason, timeout]}})
    end
  end

  # --- what a process is -----------------------------------------------------------------------

  def initial_call(process) do
    case begun(process) do
      {mod, fun, arity} when :erlang.is_integer(arity) ->
        {mod, fun, for(n <- :lists.seq(1, arity), do: :erlang.list_to_atom(~c"Argument__" ++ :erlang.integer_to_list(n)))}

      other ->
        other
    end
  end

  def translate_initial_call(process) do
    case begun(process) do
      {_, _, _} = call -> call
      false -> {:proc_lib, :init_p, 5}
    end
  end

  # From a process, or from its dictionary as a list.
  defp begun(process), do: remembered(:"$initial_call", process, false)

  defp remembered(key, dictionary, default) when :erlang.is_list(dictionary) do
    case :lists.keyfind(key, 1, dictionary) do
      {_, value} -> value
      false -> default
    end
  end

  defp remembered(key, process, default) do
    case :erlang.process_info(process, :dictionary) do
      {:dictionary, dictionary} -> remembered(key, dictionary, default)
      :undefined -> default
    end
  end

  def set_label(label) do
    :erlang.put(:"$process_label", label)
    :ok
  end

  def get_label(pid) when pid === :erlang.self(), do: :erlang.get(:"$process_label")
  def get_label(pid), do: remembered(:"$process_label", pid, :undefined)

  def format(report), do: :cordial_crash.format(report)
  def format(report, _encoding), do: :cordial_crash.format(report)
  def format(report, _encoding, _depth), do: :cordial_crash.format(report)
  def report_cb(%{label: {:proc_lib, :crash}, report: report}, _config), do: :cordial_crash.format(report)
end
