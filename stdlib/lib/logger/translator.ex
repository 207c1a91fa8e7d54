defmodule Logger.Translator do
  @moduledoc "Words the reports of processes that end badly in Elixir's way."

  alias Logger.Translator.Supervision

  @doc """
  The text for a message and metadata that goes with it; `:skip` for one that nobody needs to see, `:none`
  for one that is not for this translator. Details are for those who log everything from `:debug` on.
  """
  def translate(min_level, level, kind, message)

  def translate(_min, :error, :format, {~c"Error in process ~p with exit value:~n~p~n", [pid, {reason, stack}]}) do
    exception = Exception.normalize(:error, reason, stack)
    text = ["Process ", inspect(pid), " raised an exception\n", Exception.format_banner(:error, exception, stack)]
    {:ok, [text | calls(stack)], crash_reason: {exception, stack}}
  end

  def translate(min, :error, :report, {:logger, %{label: {:gen_server, :terminate}} = report}) do
    %{name: name, reason: reason, last_message: message, state: state} = report
    {ending, crash} = ending(reason)
    known = client(report)
    from = if known, do: [" (from ", inspect(known), ")"], else: []
    message = with {:"$gen_call", _from, request} <- message, do: request

    text = [
      ["GenServer ", inspect(name), " terminating", ending, labelled(report)],
      ["\nLast message", from, ": ", shown(message)]
    ]

    {:ok, [text | if(debug?(min), do: ["\nState: ", shown(state), client_text(report)], else: [])],
     crashed(crash, name)}
  end

  def translate(min, :error, :report, {:logger, %{label: {:gen_statem, :terminate}} = report}) do
    %{name: name, queue: queue, postponed: postponed, reason: {class, reason, stack}, state: state} = report
    {ending, crash} = ending(if class == :error or stack != [], do: {reason, stack}, else: reason)

    text = [
      [":gen_statem ", inspect(name), " terminating", ending, labelled(report)],
      ["\nQueue: ", shown(queue), "\nPostponed: ", shown(postponed)]
    ]

    mode = ["\nCallback mode: ", shown(report.callback_mode), ", state_enter: ", inspect(report.state_enter)]

    {:ok, [text | if(debug?(min), do: ["\nState: ", shown(state), mode, client_text(report)], else: [])],
     crashed(crash, name)}
  end

  def translate(min, :error, :report, {:logger, %{label: {:gen_event, :terminate}} = report}) do
    %{handler: handler, name: name, last_message: message, state: state, reason: reason} = report
    {ending, crash} = ending(with {:EXIT, why} <- reason, do: why)

    text = [
      [":gen_event handler ", inspect(handler), " installed in ", inspect(name), " terminating", ending],
      [labelled(report), "\nLast message: ", shown(message)]
    ]

    {:ok, [text | if(debug?(min), do: ["\nState: ", shown(state)], else: [])], crashed(crash, name)}
  end

  # A module without `handle_info` does not want to know.
  def translate(_min, _level, :report, {:logger, %{label: {behaviour, :no_handle_info}}})
      when behaviour in [:gen_server, :gen_event],
      do: :skip

  def translate(_min, :error, :report, {{Task.Supervisor, :terminating}, report}) do
    %{name: name, starter: starter, function: function, args: args, reason: {reason, stack}} = report
    {ending, crash} = worded(reason, stack)

    text = [
      ["Task ", inspect(name), " started from ", inspect(starter), " terminating", ending, labelled(report)],
      ["\nFunction: ", shown(function), "\n    Args: ", shown(args)]
    ]

    {:ok, text, crashed(crash, name)}
  end

  def translate(_min, _level, :report, {{:application_controller, :exit}, report}) do
    with [application: app, exited: reason, type: _] <- report do
      {:ok, ["Application ", Atom.to_string(app), " exited: " | Application.format_error(reason)]}
    else
      _ -> :none
    end
  end

  def translate(_min, _level, :report, {{:application_controller, :progress}, report}) do
    with [application: app, started_at: node] <- report do
      {:ok, ["Application ", Atom.to_string(app), " started at ", inspect(node)]}
    else
      _ -> :none
    end
  end

  def translate(min, _level, :report, {{:supervisor, what}, report}) when is_list(report),
    do: Supervision.child(min, what, report)

  def translate(min, :error, :report, {{:proc_lib, :crash}, [own, neighbours]}),
    do: Supervision.crash(min, own, neighbours)

  def translate(_min, _level, _kind, _message), do: :none

  # --- parts of texts, for reports of supervision too ------------------------------------------------

  @doc false
  def debug?(min), do: min in [:debug, :all]

  @doc false
  def shown(term), do: inspect(term, Application.get_env(:logger, :translator_inspect_opts, []))

  @doc false
  def calls(stack), do: Enum.map(stack, &["\n    " | Exception.format_stacktrace_entry(&1)])

  defp labelled(%{process_label: label}) when label not in [nil, :undefined], do: ["\nProcess Label: " | shown(label)]
  defp labelled(_report), do: []

  defp crashed(reason, name) when is_atom(name), do: [crash_reason: reason, registered_name: name]
  defp crashed(reason, _name), do: [crash_reason: reason]

  # Who waited for an answer when the server ended.
  defp client(%{client_info: {pid, _}}), do: pid
  defp client(_report), do: nil

  defp client_text(%{client_info: {pid, :dead}}), do: ["\nClient ", inspect(pid), " is dead"]

  defp client_text(%{client_info: {_pid, {name, stack}}}),
    do: ["\nClient ", inspect(name), " is alive\n" | calls(stack)]

  defp client_text(_report), do: []

  # How a process ended, from an exit reason: as an exception where it is one with its calls, as a stop where not.
  defp ending({reason, [_ | _] = stack} = exit) do
    if Enum.all?(stack, &call?/1), do: worded(reason, stack), else: stopped(exit, [])
  end

  defp ending(exit), do: stopped(exit, [])

  defp worded(reason, stack) do
    case Exception.normalize(:error, reason, stack) do
      %ErlangError{} -> stopped(reason, stack)
      exception -> {[?\n, Exception.format_banner(:error, exception, stack) | calls(stack)], {exception, stack}}
    end
  end

  defp stopped(reason, stack),
    do: {["\n** (stop) ", Exception.format_exit(reason) | calls(stack)], {reason, stack}}

  defp call?({_module, _function, _arity, _info}), do: true
  defp call?({_function, _arity, _info}), do: true
  defp call?(_other), do: false
end
