# The report of a process that `:proc_lib` started and that ends by an error: what it was and what it held.
defmodule :cordial_crash do
  @moduledoc false

  @told :"$cordial_told"

  @doc """
  Ends the calling process, which `:proc_lib` has started, for an exception that nothing caught.
  """
  def finish(:exit, {@told, reason}, _stack), do: :erlang.exit(reason)

  def finish(class, reason, stack) do
    report(class, reason, stack)
    :erlang.exit(as_exit(class, reason, stack))
  end

  @doc """
  Exits without a report: somebody has told of it already, and better.
  """
  def end_quietly(reason), do: :erlang.exit({@told, reason})

  # Unless it is an ordinary end or nobody listens for such reports.
  defp report(class, reason, stack) do
    if not ordinary?(class, reason) and :logger.takes_sasl?() do
      :logger.log(
        :error,
        %{label: {:proc_lib, :crash}, report: [about(class, reason, stack), linked()]},
        %{
          domain: [:otp, :sasl],
          report_cb: &:proc_lib.report_cb/2,
          logger_formatter: %{title: ~c"CRASH REPORT"},
          error_logger: %{tag: :error_report, type: :crash_report}
        }
      )
    end
  end

  @doc """
  The reason with which a process ends by an exception that nothing caught.
  """
  def as_exit(:exit, reason, _stack), do: reason
  def as_exit(:error, reason, stack), do: {reason, stack}
  def as_exit(:throw, value, stack), do: {{:nocatch, value}, stack}

  defp ordinary?(:exit, reason), do: reason == :normal or reason == :shutdown or shutdown?(reason)
  defp ordinary?(_class, _reason), do: false

  defp shutdown?({:shutdown, _}), do: true
  defp shutdown?(_), do: false

  defp about(class, reason, stack) do
    self = :erlang.self()
    dictionary = :erlang.get()

    kept =
      :lists.filter(
        fn {key, _} -> key != :"$ancestors" and key != :"$initial_call" and key != :"$process_label" end,
        dictionary
      )

    [
      initial_call: :proc_lib.initial_call(dictionary),
      pid: self,
      registered_name: fact(:registered_name),
      process_label: :proc_lib.get_label(self),
      error_info: {class, reason, stack},
      ancestors: :erlang.get(:"$ancestors"),
      message_queue_len: fact(:message_queue_len),
      messages: fact(:messages),
      links: fact(:links),
      dictionary: kept,
      trap_exit: fact(:trap_exit),
      status: fact(:status),
      heap_size: fact(:heap_size),
      stack_size: fact(:stack_size),
      reductions: fact(:reductions)
    ]
  end

  defp fact(key) do
    case :erlang.process_info(:erlang.self(), key) do
      {_, value} -> value
      _ -> []
    end
  end

  # Neighbours that will go down with it: linked, and not trapping exits.
  defp linked do
    for pid <- fact(:links),
        :erlang.is_pid(pid),
        {:trap_exit, false} <- [:erlang.process_info(pid, :trap_exit)],
        do: {:neighbour, [{:pid, pid} | neighbour(pid)]}
  end

  defp neighbour(pid) do
    facts = [
      :registered_name,
      :dictionary,
      :current_function,
      :message_queue_len,
      :links,
      :trap_exit,
      :status,
      :heap_size,
      :stack_size,
      :reductions,
      :current_stacktrace
    ]

    case :erlang.process_info(pid, facts) do
      :undefined ->
        []

      [name, {:dictionary, dictionary}, current | rest] ->
        [name | described(dictionary)] ++ [current, ancestors(dictionary) | rest]
    end
  end

  defp described(dictionary) do
    begun =
      case :proc_lib.initial_call(dictionary) do
        {_, _, _} = call -> call
        _ -> {:erlang, :apply, 2}
      end

    case :lists.keyfind(:"$process_label", 1, dictionary) do
      {_, label} -> [process_label: label, initial_call: begun]
      false -> [initial_call: begun]
    end
  end

  defp ancestors(dictionary) do
    case :lists.keyfind(:"$ancestors", 1, dictionary) do
      {_, list} -> {:ancestors, list}
      false -> {:ancestors, []}
    end
  end

  @doc """
  The report as plain text.
  """
  def format([own, neighbours]) do
    [
      ~c"  crasher:\n",
      :lists.map(fn {key, value} -> :io_lib.format(~c"    ~tp: ~tp~n", [key, value]) end, own),
      :lists.map(
        fn {:neighbour, facts} ->
          [
            ~c"  neighbour:\n",
            :lists.map(fn {key, value} -> :io_lib.format(~c"    ~tp: ~tp~n", [key, value]) end, facts)
          ]
        end,
        neighbours
      )
    ]
  end
end
