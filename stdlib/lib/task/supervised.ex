defmodule Task.Supervised do
  @moduledoc false
  # The process of a task: one that begins at once and answers nobody, or one that waits for its work.

  def start(origin, callers, work), do: {:ok, :proc_lib.spawn(__MODULE__, :go, [origin, callers, work])}

  def start_link(origin, callers, work),
    do: {:ok, :proc_lib.spawn_link(__MODULE__, :go, [origin, callers, work])}

  def start_link(origin, watch), do: {:ok, :proc_lib.spawn_link(__MODULE__, :wait, [origin, watch])}

  @doc false
  def go(origin, callers, work) do
    :cordial_server.begun_with(work)
    Process.put(:"$callers", callers)
    perform(origin, work)
  end

  # The work comes from the owner as {owner, tag, to whom, callers, work}. `watch` is :monitor for a task that
  # would not learn of its owner's end otherwise.
  @doc false
  def wait({_, _, owner} = origin, watch) do
    mref = if watch == :monitor, do: Process.monitor(owner), else: :none

    receive do
      {^owner, tag, client, callers, work} ->
        if mref != :none, do: Process.demonitor(mref, [:flush])
        send(client, {tag, go(origin, callers, work)})

      {:DOWN, ^mref, :process, _, reason} ->
        exit({:shutdown, reason})
    end
  end

  # An end by error is logged here, with more than the runtime could tell.
  defp perform(origin, {module, fun, args} = work) do
    apply(module, fun, args)
  catch
    class, reason ->
      stack = __STACKTRACE__
      ordinary = class == :exit and not :cordial_child.again?(:transient, reason)
      unless ordinary, do: report(origin, work, if(class == :throw, do: {:nocatch, reason}, else: reason), stack)
      :cordial_crash.end_quietly(:cordial_crash.as_exit(class, reason, stack))
  end

  defp report({home, name, pid}, work, reason, stack) do
    {function, args} =
      case work do
        {:erlang, :apply, [fun, []]} when is_function(fun, 0) -> {fun, []}
        {module, name, args} -> {Function.capture(module, name, length(args)), args}
      end

    starter =
      cond do
        home == node() -> name
        is_atom(name) -> {name, home}
        true -> pid
      end

    facts = %{
      name: self(),
      starter: starter,
      function: function,
      args: args,
      reason: {reason, stack},
      process_label: :proc_lib.get_label(self())
    }

    :logger.error(%{label: {Task.Supervisor, :terminating}, report: facts}, %{
      domain: [:otp, :elixir],
      callers: Process.get(:"$callers"),
      report_cb: &__MODULE__.format_report/1,
      error_logger: %{tag: :error_msg}
    })
  end

  @doc false
  def format_report(%{report: facts}) do
    format =
      ~c"** Task ~p terminating~n** Started from ~p~n** When function  == ~p~n" ++
        ~c"**      arguments == ~p~n** Reason for termination == ~n** ~p~n"

    {format, [facts.name, facts.starter, facts.function, facts.args, facts.reason]}
  end
end
