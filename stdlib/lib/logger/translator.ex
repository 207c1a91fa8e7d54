defmodule Logger.Translator do
  @moduledoc "Words the reports of processes that end badly in Elixir's way."

  def translate(min_level, level, kind, message)

  def translate(_min, _level, :report, {{:error_logger, :emulator}, %{args: [pid, {reason, stack}]} = report}) do
    message = [
      "Process ",
      inspect(pid),
      label(report),
      " raised an exception",
      ?\n,
      Exception.format(:error, reason, stack) |> error_text(reason, stack)
    ]

    {:ok, message, [crash_reason: {normal(reason, stack), stack}]}
  end

  def translate(min_level, _level, :report, {{:gen_server, :terminate}, report}) do
    %{reason: reason, last_message: last, state: state, name: name} = report
    {formatted, crash} = format_reason(reason)

    base = [
      "GenServer ",
      inspect(name),
      label(report),
      " terminating",
      formatted,
      "\nLast message",
      last_message(last, report)
    ]

    message =
      if min_level in [:debug, :all] do
        [base, "\nState: ", inspect(state, opts()), client(report)]
      else
        base
      end

    {:ok, message, [crash_reason: crash] ++ registered(name)}
  end

  def translate(_min, _level, :report, {{:gen_server, :no_handle_info}, report}) do
    %{module: mod, message: message} = report

    {:ok,
     [
       "Undefined handle_info in ",
       inspect(mod),
       ". Unhandled message: ",
       inspect(message, opts())
     ]}
  end

  def translate(min_level, _level, :report, {{:gen_statem, :terminate}, report}) do
    %{name: name, queue: queue, postponed: postponed, reason: {class, reason, stack}, state: state} = report
    {formatted, crash} = format_reason(if class == :error or stack != [], do: {reason, stack}, else: reason)

    base = [
      ":gen_statem ",
      inspect(name),
      label(report),
      " terminating",
      formatted,
      "\nQueue: ",
      inspect(queue, opts()),
      "\nPostponed: ",
      inspect(postponed, opts())
    ]

    message =
      if min_level in [:debug, :all] do
        [
          base,
          "\nState: ",
          inspect(state, opts()),
          "\nCallback mode: ",
          inspect(report.callback_mode, opts()),
          ", state_enter: ",
          inspect(report.state_enter),
          client(report)
        ]
      else
        base
      end

    {:ok, message, [crash_reason: crash] ++ registered(name)}
  end

  def translate(min_level, _level, :report, {{:gen_event, :terminate}, report}) do
    %{handler: handler, name: name, last_message: last, state: state, reason: reason} = report

    reason =
      case reason do
        {:EXIT, why} -> why
        why -> why
      end

    {formatted, crash} = format_reason(reason)

    base = [
      ":gen_event handler ",
      inspect(handler),
      " installed in ",
      inspect(name),
      label(report),
      " terminating",
      formatted,
      "\nLast message: ",
      inspect(last, opts())
    ]

    message = if min_level in [:debug, :all], do: [base, "\nState: ", inspect(state, opts())], else: base
    {:ok, message, [crash_reason: crash] ++ registered(name)}
  end

  def translate(_min, _level, :report, {{Task.Supervisor, :terminating}, report}) do
    %{name: name, starter: starter, function: function, args: args, reason: reason} = report
    {formatted, crash} = task_reason(reason)

    message = [
      "Task ",
      inspect(name),
      label(report),
      " started from ",
      inspect(starter),
      " terminating",
      formatted,
      "\nFunction: ",
      inspect(function, opts()),
      "\n    Args: ",
      inspect(args, opts())
    ]

    {:ok, message, [crash_reason: crash] ++ registered(name)}
  end

  def translate(min_level, :notice, :report, {{:application_controller, :exit}, report}) do
    case report do
      [application: app, exited: reason, type: _type] -> exited(min_level, app, reason)
      _ -> :none
    end
  end

  def translate(_min, _level, :report, {{:supervisor, _}, _}), do: :skip
  def translate(_min, _level, :report, {{:proc_lib, :crash}, _}), do: :skip
  def translate(_min, _level, _kind, _message), do: :none

  defp exited(_min, app, reason) do
    {:ok, ["Application ", Atom.to_string(app), " exited: " | Application.format_error(reason)]}
  end

  defp opts, do: Application.get_env(:logger, :translator_inspect_opts, [])

  defp label(%{process_label: label}) when label not in [nil, :undefined], do: [" (", inspect(label), ")"]
  defp label(_), do: []

  defp registered(name) when is_atom(name), do: [registered_name: name]
  defp registered(_), do: []

  defp normal(reason, stack) do
    case Exception.normalize(:error, reason, stack) do
      %ErlangError{original: original} -> original
      exception -> exception
    end
  end

  defp error_text(text, _reason, _stack), do: text

  defp last_message({:"$gen_call", {pid, _}, request}, %{client_info: info}) when info != :undefined do
    [" (from ", inspect(pid), "): ", inspect(request, opts())]
  end

  defp last_message(message, _report), do: [": ", inspect(message, opts())]

  defp client(%{client_info: :undefined}), do: []
  defp client(%{client_info: {pid, :dead}}), do: ["\nClient ", inspect(pid), " is dead"]
  defp client(%{client_info: {_pid, :remote}}), do: []

  defp client(%{client_info: {_pid, {name, stack}}}) do
    ["\nClient ", inspect(name), " is alive\n", stacktrace(stack)]
  end

  defp client(_), do: []

  defp stacktrace(stack), do: format_stack(stack)

  defp format_stack([]), do: []
  defp format_stack(stack), do: Enum.map(stack, &["\n    " | Exception.format_stacktrace_entry(&1)])

  # A reason as exceptions are written where it is one, as a stop where not.
  defp format_reason({maybe_exception, [_ | _] = maybe_stack} = reason) do
    if Enum.all?(maybe_stack, &stack_entry?/1) do
      text(maybe_exception, maybe_stack)
    else
      stop(reason, [])
    end
  end

  defp format_reason(reason), do: stop(reason, [])

  defp task_reason({reason, stack}), do: text(reason, stack)

  defp text(reason, stack) do
    case Exception.normalize(:error, reason, stack) do
      %ErlangError{} ->
        stop(reason, stack)

      exception ->
        {["\n", Exception.format_banner(:error, exception, stack), format_stack(stack)], {exception, stack}}
    end
  end

  defp stop(reason, stack) do
    {["\n** (stop) ", Exception.format_exit(reason), format_stack(stack)], {reason, stack}}
  end

  defp stack_entry?({_mod, _fun, _arity, _info}), do: true
  defp stack_entry?({_fun, _arity, _info}), do: true
  defp stack_entry?(_), do: false
end
