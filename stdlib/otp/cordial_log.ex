# What the runtime itself has to say: crashes of plain processes, warnings.
defmodule :cordial_log do
  @moduledoc false

  # The virtual machine calls this for a process that ends by an uncaught error.
  def crash(pid, label, reason, stack, leader) do
    :logger.log(
      :error,
      %{
        label: {:error_logger, :emulator},
        format: ~c"Error in process ~p with exit value:~n~p~n",
        args: [pid, {reason, stack}],
        process_label: label
      },
      %{
        pid: pid,
        gl: leader,
        report_cb: &:error_logger.report_to_format/1,
        error_logger: %{emulator: true, tag: :error}
      }
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

  # A warning goes to standard error, with where it comes from.
  def warning(message, file, line, stack) do
    place =
      cond do
        file != nil and line != nil ->
          ["\n\u2514\u2500 ", Path.relative_to_cwd(file), ":", Integer.to_string(line), at(stack)]

        stack != [] ->
          ["\n  ", :lists.join("\n  ", :lists.map(&Exception.format_stacktrace_entry/1, stack))]

        true ->
          []
      end

    :io.put_chars(:standard_error, ["warning: ", message, place, "\n\n"])
    :ok
  end

  defp at([{_, :__FILE__, 1, _} | _]), do: ": (file)"
  defp at([{mod, :__MODULE__, _, _} | _]), do: [": ", inspect(mod), " (module)"]
  defp at([{mod, fun, arity, _} | _]), do: [": ", Exception.format_mfa(mod, fun, arity)]
  defp at(_), do: []
end
