# What the runtime itself has to say: crashes of plain processes, warnings.
defmodule :cordial_log do
  @moduledoc false

  # The virtual machine calls this for a process that ends by an uncaught error.
  def crash(pid, _label, reason, stack, leader) do
    :logger.log(
      :error,
      ~c"Error in process ~p with exit value:~n~p~n",
      [pid, {reason, stack}],
      %{pid: pid, gl: leader, error_logger: %{emulator: true, tag: :error}}
    )
  end

  # And this for one whose heap has outgrown its limit.
  def heap_limit(pid, limit, size, kill, report, messages, gc, stack) do
    :logger.log(
      :error,
      %{
        label: {:error_logger, :error_msg},
        format:
          ~c"     Process:            ~p ~n" ++
            ~c"     Context:            maximum heap size reached~n" ++
            ~c"     Max Heap Size:      ~p~n" ++
            ~c"     Total Heap Size:    ~p~n" ++
            ~c"     Kill:               ~p~n" ++
            ~c"     Error Logger:       ~p~n" ++
            ~c"     Message Queue Len:  ~p~n" ++
            ~c"     GC Info:            ~p~n" ++
            ~c"     Stacktrace:         ~p~n",
        args: [pid, limit, size, kill, report, messages, gc, stack]
      },
      %{
        pid: pid,
        report_cb: &:error_logger.report_to_format/1,
        error_logger: %{emulator: true, tag: :error}
      }
    )
  end

  # A warning goes to standard error, with where it comes from: the line of a file, or the calls that led to it.
  def warning(message, file, line, stack) when is_binary(file) and is_integer(line) do
    text = if line > 0, do: source(file)
    :cordial_code.warn(message, Path.relative_to_cwd(file), line, 0, at(stack), text)
  end

  def warning(message, _file, _line, stack) do
    calls = :lists.map(&["  ", Exception.format_stacktrace_entry(&1), "\n"], stack)
    :cordial_code.warn(message, "", 0, 0, IO.iodata_to_binary(calls), nil)
  end

  defp source(file) do
    case :file.read_file(file) do
      {:ok, text} -> text
      {:error, _} -> nil
    end
  end

  defp at([{_, :__FILE__, 1, _} | _]), do: "(file)"
  defp at([{mod, :__MODULE__, _, _} | _]), do: inspect(mod) <> " (module)"
  defp at([{mod, fun, arity, _} | _]), do: Exception.format_mfa(mod, fun, arity)
  defp at(_), do: nil
end
