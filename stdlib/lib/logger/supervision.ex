defmodule Logger.Translator.Supervision do
  @moduledoc false
  # Texts of what supervisors tell of their children, and of the crash reports of processes that `:proc_lib` started.

  import Logger.Translator, only: [calls: 1, debug?: 1, shown: 1]

  # --- children --------------------------------------------------------------------------------------

  @headings [
    child_terminated: "terminated",
    start_error: "failed to start",
    shutdown: "caused shutdown",
    shutdown_error: "shut down abnormally"
  ]

  def child(min, :progress, report) do
    case report do
      [supervisor: supervisor, started: child] -> {:ok, [heading(supervisor, child), "started" | about(min, child)]}
      _ -> :none
    end
  end

  def child(min, what, report) do
    with {:ok, ending} <- Keyword.fetch(@headings, what),
         [supervisor: supervisor, errorContext: ^what, reason: reason, offender: child] <- report do
      cause = ["\n** (exit) " | Exception.format_exit(reason)]
      # A child that a supervisor gives up on, or never had, has no process to tell of.
      child = if what == :shutdown, do: Keyword.delete(child, :pid), else: child
      {:ok, [heading(supervisor, child), ending, cause | about(min, child)], crash_reason: crash(reason)}
    else
      _ -> :none
    end
  end

  defp heading(supervisor, child) do
    name =
      case supervisor do
        {:local, name} -> inspect(name)
        {:global, name} -> inspect(name)
        {:via, _module, name} -> inspect(name)
        {pid, module} -> "#{inspect(pid)} (#{inspect(module)})"
        other -> inspect(other)
      end

    ["Child ", inspect(child[:id] || child[:name]), " of Supervisor ", name, ?\s]
  end

  defp about(min, child) do
    pid = child[:pid]
    facts = [{"Pid", is_pid(pid) && inspect(pid)}, {"Start Call", start_call(child[:mfargs])}]
    details = [{"Restart", :restart_type}, {"Shutdown", :shutdown}, {"Type", :child_type}]

    more = if debug?(min), do: for({title, key} <- details, do: {title, inspect(child[key])}), else: []
    for {title, text} <- facts ++ more, text, do: line("", title, text)
  end

  # The arguments of a temporary child are not kept.
  defp start_call({module, function, :undefined}),
    do: [module |> Exception.format_mfa(function, 0) |> String.trim_trailing("0"), ??]

  defp start_call({module, function, args}), do: Exception.format_mfa(module, function, args)
  defp start_call(_none), do: nil

  defp crash({_reason, [{_, _, _, _} | _]} = exit), do: exit
  defp crash(reason), do: {reason, []}

  # --- crash reports ---------------------------------------------------------------------------------

  @details [
    {"Message Queue Length", :message_queue_len},
    {"Messages", :messages},
    {"Links", :links},
    {"Dictionary", :dictionary},
    {"Trapping Exits", :trap_exit},
    {"Status", :status},
    {"Heap Size", :heap_size},
    {"Stack Size", :stack_size},
    {"Reductions", :reductions}
  ]

  def crash(min, own, neighbours) do
    {class, reason, stack} = own[:error_info]
    reason = if class == :error, do: Exception.normalize(:error, reason, stack), else: reason
    ending = [?\n, Exception.format_banner(class, reason, stack) | calls(stack)]

    facts = [begun("", own), label("", own), line("", "Ancestors", shown(own[:ancestors]))]
    details = if debug?(min), do: details("", own), else: []
    cause = {if(class == :throw, do: {:nocatch, reason}, else: reason), stack}

    {:ok, ["Process ", name(own), " terminating", ending, facts, details | neighbours(min, neighbours)],
     [{:crash_reason, cause} | metadata(own)]}
  end

  defp name(facts) do
    case facts[:registered_name] do
      name when name in [nil, []] -> inspect(facts[:pid])
      name -> [inspect(name), " (", inspect(facts[:pid]), ?)]
    end
  end

  defp metadata(own) do
    [
      initial_call:
        with({module, function, args} when is_list(args) <- own[:initial_call], do: {module, function, length(args)}),
      ancestors: own[:ancestors],
      callers: get_in(own, [:dictionary, :"$callers"]),
      registered_name: with([] <- own[:registered_name], do: nil)
    ]
    |> Enum.reject(fn {_, value} -> value in [nil, false] end)
  end

  defp begun(margin, facts) do
    case facts[:initial_call] do
      {:supervisor, module, _arity} ->
        line(margin, "Initial Call", Exception.format_mfa(module, :init, 1))

      {module, function, args} when is_list(args) ->
        line(margin, "Initial Call", Exception.format_mfa(module, function, length(args)))

      {module, function, arity} ->
        line(margin, "Initial Call", Exception.format_mfa(module, function, arity))

      _ ->
        []
    end
  end

  defp label(margin, facts) do
    case facts[:process_label] do
      none when none in [nil, :undefined] -> []
      label -> line(margin, "Process Label", shown(label))
    end
  end

  defp details(margin, facts),
    do: for({title, key} <- @details, Keyword.has_key?(facts, key), do: line(margin, title, shown(facts[key])))

  defp neighbours(_min, []), do: []

  defp neighbours(min, list),
    do: ["\nNeighbours:" | Enum.map(list, fn {:neighbour, facts} -> neighbour(min, facts) end)]

  defp neighbour(min, facts) do
    margin = "        "
    {module, function, arity} = facts[:current_function]

    [
      ["\n    ", name(facts), label(margin, facts), begun(margin, facts)],
      line(margin, "Current Call", Exception.format_mfa(module, function, arity)),
      line(margin, "Ancestors", shown(facts[:ancestors]))
      | if(debug?(min), do: [details(margin, facts) | whereabouts(margin, facts)], else: [])
    ]
  end

  defp whereabouts(margin, facts) do
    calls = for call <- facts[:current_stacktrace], do: ["\n    ", margin | Exception.format_stacktrace_entry(call)]
    ["\n", margin, "Current Stacktrace:" | calls]
  end

  defp line(margin, title, text), do: [?\n, margin, title, ": ", text]
end
