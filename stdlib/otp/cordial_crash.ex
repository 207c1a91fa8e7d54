# The report of a process that `:proc_lib` started and that ends by an error: what it was and what it held.
defmodule :cordial_crash do
  @moduledoc false

  @doc """
  Logs the end of the calling process, unless it is an ordinary one or nobody listens for such reports.
  """
  def report(class, reason, stack) do
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
    case :erlang.process_info(pid, [:registered_name, :current_function, :messages, :links]) do
      :undefined -> []
      facts -> [{:initial_call, :proc_lib.initial_call(pid)} | facts]
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
