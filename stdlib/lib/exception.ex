defmodule Exception do
  @moduledoc "Functions that turn exceptions, exits and stack traces into text."

  @type t :: %{
          required(:__struct__) => module,
          required(:__exception__) => true,
          optional(atom) => any
        }
  @type kind :: :error | non_error_kind
  @type non_error_kind :: :exit | :throw | {:EXIT, pid}
  @type stacktrace :: [stacktrace_entry]
  @type stacktrace_entry ::
          {module, atom, arity_or_args, location} | {(... -> any), arity_or_args, location}
  @type arity_or_args :: non_neg_integer | list
  @type location :: keyword

  @callback exception(term) :: t
  @callback message(t) :: String.t()
  @callback blame(t, stacktrace) :: {t, stacktrace}
  @optional_callbacks [blame: 2]

  @doc false
  @deprecated "Use Kernel.is_exception/1 instead"
  def exception?(term)
  def exception?(%_{__exception__: true}), do: true
  def exception?(_), do: false

  @doc "The message of an exception."
  @spec message(t) :: String.t()
  def message(%module{__exception__: true} = exception) do
    try do
      module.message(exception)
    rescue
      caught ->
        "got #{inspect(caught.__struct__)} with message " <>
          "#{inspect(message(caught))} while retrieving Exception.message/1 " <>
          "for #{inspect(exception)}. Stacktrace:\n#{format_stacktrace(__STACKTRACE__)}"
    else
      result when is_binary(result) ->
        result

      result ->
        "got #{inspect(result)} while retrieving Exception.message/1 " <>
          "for #{inspect(exception)} (expected a string)"
    end
  end

  @doc "An Erlang error reason as the exception that stands for it; other kinds stay."
  @spec normalize(:error, any, stacktrace) :: t
  @spec normalize(non_error_kind, payload, stacktrace) :: payload when payload: var
  def normalize(kind, payload, stacktrace \\ [])
  def normalize(:error, %_{__exception__: true} = payload, _stacktrace), do: payload
  def normalize(:error, payload, stacktrace), do: ErlangError.normalize(payload, stacktrace)
  def normalize(_kind, payload, _stacktrace), do: payload

  @doc "The headline: `** (Name) message`."
  @spec format_banner(kind, any, stacktrace) :: String.t()
  def format_banner(kind, exception, stacktrace \\ [])

  def format_banner(:error, exception, stacktrace) do
    exception = normalize(:error, exception, stacktrace)
    "** (" <> inspect(exception.__struct__) <> ") " <> message(exception)
  end

  def format_banner(:throw, reason, _stacktrace), do: "** (throw) " <> inspect(reason)
  def format_banner(:exit, reason, _stacktrace), do: "** (exit) " <> format_exit(reason, "\n    ")

  def format_banner({:EXIT, pid}, reason, _stacktrace) do
    "** (EXIT from #{inspect(pid)}) " <> format_exit(reason, "\n    ")
  end

  @doc "The headline and the stack trace below it."
  @spec format(kind, any, stacktrace) :: String.t()
  def format(kind, payload, stacktrace \\ [])
  def format({:EXIT, _} = kind, any, _stacktrace), do: format_banner(kind, any)

  def format(kind, payload, stacktrace) do
    message = format_banner(kind, payload, stacktrace)

    case stacktrace do
      [] -> message
      _ -> message <> "\n" <> format_stacktrace(stacktrace)
    end
  end

  @doc "Adds what can be found out about the cause; slow, for the reader alone."
  @spec blame(:error, any, stacktrace) :: {t, stacktrace}
  @spec blame(non_error_kind, payload, stacktrace) :: {payload, stacktrace} when payload: var
  def blame(kind, error, stacktrace)

  def blame(:error, error, stacktrace) do
    %module{} = exception = normalize(:error, error, stacktrace)

    if Code.ensure_loaded?(module) and function_exported?(module, :blame, 2),
      do: module.blame(exception, stacktrace),
      else: {exception, stacktrace}
  end

  def blame(_kind, reason, stacktrace), do: {reason, stacktrace}

  @doc "The clauses of a function with what did not match in them; `:error` where no source is kept."
  @spec blame_mfa(module, function :: atom, args :: [term]) :: {:ok, term, [term]} | :error
  def blame_mfa(module, function, args) when is_atom(module) and is_atom(function) and is_list(args) do
    :error
  end

  @doc "The text of an exit reason."
  @spec format_exit(any) :: String.t()
  def format_exit(reason), do: format_exit(reason, "\n    ")

  # An exit out of a call tells the call first.
  defp format_exit({reason, {module, function, args}}, joiner)
       when is_atom(module) and is_atom(function) and is_list(args) do
    "exited in: " <>
      format_mfa(module, function, args) <>
      joiner <> "** (EXIT) " <> format_exit(reason, joiner <> "    ")
  end

  defp format_exit(:normal, _joiner), do: "normal"
  defp format_exit(:shutdown, _joiner), do: "shutdown"

  defp format_exit({:shutdown, {:failed_to_start_child, child, reason}}, joiner) do
    "shutdown: failed to start child: " <>
      inspect(child) <> joiner <> "** (EXIT) " <> format_exit(reason, joiner <> "    ")
  end

  defp format_exit({:shutdown, reason}, _joiner), do: "shutdown: #{inspect(reason)}"
  defp format_exit(:calling_self, _joiner), do: "process attempted to call itself"
  defp format_exit(:timeout, _joiner), do: "time out"
  defp format_exit(:killed, _joiner), do: "killed"
  defp format_exit(:noconnection, _joiner), do: "no connection"

  defp format_exit(:noproc, _joiner) do
    "no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started"
  end

  defp format_exit({:nodedown, node}, _joiner) when is_atom(node), do: "no connection to #{node}"
  defp format_exit({:already_started, pid}, _joiner), do: "already started: " <> inspect(pid)
  defp format_exit({:bad_return_value, value}, _joiner), do: "bad return value: " <> inspect(value)
  defp format_exit({:bad_call, request}, _joiner), do: "bad call: " <> inspect(request)
  defp format_exit({:bad_cast, request}, _joiner), do: "bad cast: " <> inspect(request)

  defp format_exit({:start_spec, problem}, _joiner) do
    "bad child specification, " <> Exception.Supervision.start_spec(problem)
  end

  defp format_exit({:supervisor_data, problem}, _joiner) do
    "bad supervisor configuration, " <> Exception.Supervision.data(problem)
  end

  defp format_exit({reason, [_ | _] = stacktrace} = exit, joiner) do
    if stacktrace?(stacktrace) do
      text = format_banner(:error, reason, stacktrace)
      indented = String.replace(text, "\n", joiner <> "    ")
      "an exception was raised:" <> joiner <> indented <> trace_lines(stacktrace, joiner <> "    ")
    else
      inspect(exit)
    end
  end

  defp format_exit(reason, _joiner), do: inspect(reason)

  defp trace_lines(stacktrace, joiner) do
    Enum.map_join(stacktrace, fn entry -> joiner <> format_stacktrace_entry(entry) end)
  end

  defp stacktrace?(list) do
    Enum.all?(list, fn
      {module, function, arity, location}
      when is_atom(module) and is_atom(function) and (is_integer(arity) or is_list(arity)) and is_list(location) ->
        true

      {function, arity, location}
      when is_function(function) and (is_integer(arity) or is_list(arity)) and is_list(location) ->
        true

      _ ->
        false
    end)
  rescue
    _ -> false
  end

  @doc "A stack trace, four spaces in; the current one if none is given."
  @spec format_stacktrace(stacktrace | nil) :: String.t()
  def format_stacktrace(trace \\ nil) do
    trace = trace || current_trace()

    case trace do
      [] -> "\n"
      _ -> Enum.map_join(trace, fn entry -> "    " <> format_stacktrace_entry(entry) <> "\n" end)
    end
  end

  defp current_trace do
    case Process.info(self(), :current_stacktrace) do
      {:current_stacktrace, trace} -> Enum.drop(trace, 3)
    end
  end

  @doc "One entry of a stack trace."
  @spec format_stacktrace_entry(stacktrace_entry) :: String.t()
  def format_stacktrace_entry(entry)

  def format_stacktrace_entry({module, :__MODULE__, 0, location}) do
    format_location(location) <> inspect(module) <> " (module)"
  end

  def format_stacktrace_entry({_module, :__MODULE__, 1, location}), do: format_location(location) <> "(module)"
  def format_stacktrace_entry({_module, :__FILE__, 1, location}), do: format_location(location) <> "(file)"

  def format_stacktrace_entry({module, fun, arity, location}) do
    format_application(module) <> format_location(location) <> format_mfa(module, fun, arity)
  end

  def format_stacktrace_entry({fun, arity, location}) do
    format_location(location) <> format_fa(fun, arity)
  end

  defp format_application(module) do
    case :cordial_application.of(module) do
      {application, version} -> "(#{application} #{version}) "
      nil -> ""
    end
  end

  defp format_location(location) when is_list(location) do
    format_file_line_column(location[:file], location[:line], location[:column], " ")
  end

  @doc "`fun/arity` of an anonymous function, or a call of it."
  @spec format_fa(fun, arity) :: String.t()
  def format_fa(fun, arity) when is_function(fun), do: inspect(fun) <> format_arity(arity)

  @doc "`Module.fun/arity`, or a call with arguments."
  @spec format_mfa(module, atom, arity_or_args) :: String.t()
  def format_mfa(module, fun, arity) when is_atom(module) and is_atom(fun) do
    case outer_function(Atom.to_string(fun)) do
      {outer, outer_arity} ->
        "anonymous fn" <> format_arity(arity) <> " in " <> remote(module, String.to_atom(outer)) <> "/" <> outer_arity

      nil ->
        remote(module, fun) <> format_arity(arity)
    end
  end

  defp remote(module, fun), do: inspect(module) <> "." <> Macro.inspect_atom(:remote_call, fun)

  # The compiler names functions in f/1 `-f/1-fun-0-`.
  defp outer_function("-" <> rest) do
    with [outer, tail] <- split_last(rest, "/"),
         [arity, "fun", index, ""] <- String.split(tail, "-"),
         true <- digits?(arity) and digits?(index) do
      {outer, arity}
    else
      _ -> inlined_function(rest)
    end
  end

  defp outer_function(_name), do: nil

  defp inlined_function(rest) do
    with [outer, tail] <- split_last(rest, "/"),
         [arity, "inlined", index, ""] <- String.split(tail, "-"),
         true <- digits?(arity) and digits?(index) do
      {outer, arity}
    else
      _ -> nil
    end
  end

  defp split_last(text, separator) do
    case :binary.matches(text, separator) do
      [] ->
        nil

      matches ->
        {start, size} = List.last(matches)
        [binary_part(text, 0, start), binary_part(text, start + size, byte_size(text) - start - size)]
    end
  end

  defp digits?(""), do: false
  defp digits?(text), do: Enum.all?(:binary.bin_to_list(text), &(&1 in ?0..?9))

  defp format_arity(arity) when is_list(arity), do: "(" <> Enum.map_join(arity, ", ", &inspect/1) <> ")"
  defp format_arity(arity) when is_integer(arity), do: "/" <> Integer.to_string(arity)

  @doc "`file:line:`, with what is known of it."
  @spec format_file_line(String.t() | nil, non_neg_integer | nil, String.t()) :: String.t()
  def format_file_line(file, line, suffix \\ ""), do: format_file_line_column(file, line, nil, suffix)

  @doc "`file:line:column:`, with what is known of it."
  @spec format_file_line_column(String.t() | nil, non_neg_integer | nil, non_neg_integer | nil, String.t()) :: String.t()
  def format_file_line_column(file, line, column, suffix \\ "") do
    cond do
      is_nil(file) or file == "" -> ""
      is_nil(line) or line == 0 -> "#{file}:#{suffix}"
      is_nil(column) or column == 0 -> "#{file}:#{line}:#{suffix}"
      true -> "#{file}:#{line}:#{column}:#{suffix}"
    end
  end

  @doc false
  def format_arguments(args) do
    args
    |> Enum.with_index(1)
    |> Enum.map_join(fn {arg, index} ->
      "\n    # #{index}\n    " <> String.replace(inspect(arg, pretty: true), "\n", "\n    ") <> "\n"
    end)
  end
end

defmodule Exception.Supervision do
  @moduledoc false
  # What is wrong with a child specification or a supervisor's flags.

  def start_spec({:duplicate_child_name, id}) do
    """
    more than one child specification has the id: #{inspect(id)}.
    If using maps as child specifications, make sure the :id keys are unique.
    If using a module or {module, arg} as child, use Supervisor.child_spec/2 to change the :id, for example:

        children = [
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_1),
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_2)
        ]
    """
  end

  def start_spec({:invalid_child_spec, child}), do: "invalid child specification: #{inspect(child)}"
  def start_spec({:invalid_child_type, type}), do: "invalid child type: #{inspect(type)}. Must be :worker or :supervisor."
  def start_spec({:invalid_mfa, mfa}), do: "invalid mfa: #{inspect(mfa)}"

  def start_spec({:invalid_restart_type, restart}) do
    "invalid restart type: #{inspect(restart)}. Must be :permanent, :transient or :temporary."
  end

  def start_spec({:invalid_significant, significant}) do
    "invalid significant: #{inspect(significant)}. Must be true or false."
  end

  def start_spec({:invalid_shutdown, shutdown}) do
    "invalid shutdown: #{inspect(shutdown)}. Must be an integer that is greater than zero, :infinity or :brutal_kill."
  end

  def start_spec({:invalid_modules, modules}), do: "invalid modules: #{inspect(modules)}"
  def start_spec(other), do: "got: #{inspect(other)}"

  def data({:invalid_type, type}), do: "invalid type: #{inspect(type)}"
  def data({:invalid_strategy, strategy}), do: "invalid strategy: #{inspect(strategy)}"
  def data({:invalid_intensity, intensity}), do: "invalid max_restarts (intensity): #{inspect(intensity)}"
  def data({:invalid_period, period}), do: "invalid max_seconds (period): #{inspect(period)}"
  def data(other), do: "got: #{inspect(other)}"
end
