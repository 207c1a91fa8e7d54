# What every generic server does alike: starting under a name, waiting for messages, system messages, the end.
#
# An *engine* (`:gen_server`, `:gen_statem`, `:gen_event`) gives the messages their meaning. It has
#
#   begin(mod, args)                 the callback that makes the first state; what it returns is looked at by
#   accept(result)                   `{:ok, first}`, or `{:error, reason}` for a result that means nothing
#   reject(class, reason, stack, seat)  has failed to begin: the reason that its starter gets
#   enter(first, seat)               goes on with it, and in the end calls wait/3
#   serve(message, seat, own)        handles one message, and in the end calls wait/3 again;
#                                    the message is `:timeout` when the wait was long enough
#   leave(reason, message, seat, own)  ends: the parent has, or a system message says so
#   show(own), alter(fun, own), upgrade(own, seat, vsn, extra), describe(option, dictionary, facts, seat, own)
#                                    the state as `:sys` sees and changes it
#
# `own` is the engine's own state. The seat is what stays from message to message.
defmodule :cordial_server do
  @moduledoc false
  require Record

  Record.defrecord(:seat, engine: nil, mod: nil, name: nil, parent: nil, idle: :infinity, debug: [])

  @raised :"$cordial_raised"

  # The functions that all engines have under the same names.
  defmacro __using__(_options) do
    quote do
      require :cordial_server
      import :cordial_server, only: [seat: 1, seat: 2, attempt: 1]

      def stop(server), do: :cordial_server.stop(server, :normal, :infinity)
      def stop(server, reason, timeout), do: :cordial_server.stop(server, reason, timeout)

      def receive_response(id, timeout), do: :cordial_call.response(id, timeout, :abandon)
      def wait_response(id, timeout), do: :cordial_call.response(id, timeout, :keep)
      def check_response(message, id), do: :cordial_call.check(message, id)

      def reqids_new, do: %{}
      def reqids_size(known) when :erlang.is_map(known), do: :erlang.map_size(known)
      def reqids_size(known), do: :erlang.error(:badarg, [known])
      def reqids_to_list(known) when :erlang.is_map(known), do: :maps.to_list(known)
      def reqids_to_list(known), do: :erlang.error(:badarg, [known])
      def reqids_add(id, label, known), do: :cordial_call.add(id, label, known)

      def receive_response(known, timeout, delete),
        do: :cordial_call.any_response(known, timeout, delete, :abandon)

      def wait_response(known, timeout, delete),
        do: :cordial_call.any_response(known, timeout, delete, :keep)

      def check_response(message, known, delete), do: :cordial_call.any_check(message, known, delete)

      # The loop stands in the engine itself, so that a message costs no call to another module.
      # `patience` is for ever, some milliseconds, or `:hibernate`.
      @doc false
      def wait(seat, own, :hibernate), do: :proc_lib.hibernate(__MODULE__, :woken, [seat, own])

      def wait(seat(idle: idle, parent: parent) = seat, own, patience) do
        receive do
          {:system, from, request} -> :cordial_server.system(request, from, seat, own, patience)
          {:EXIT, ^parent, reason} = message -> leave(reason, message, seat, own)
          message -> serve(message, seat, own)
        after
          if(patience == :infinity, do: idle, else: patience) ->
            if patience == :infinity, do: wait(seat, own, :hibernate), else: serve(:timeout, seat, own)
        end
      end

      @doc false
      def woken(seat(parent: parent) = seat, own) do
        receive do
          {:system, from, request} -> :cordial_server.system(request, from, seat, own, :hibernate)
          {:EXIT, ^parent, reason} = message -> leave(reason, message, seat, own)
          message -> serve(message, seat, own)
        end
      end

      @doc false
      def reject(:error, reason, stack, _seat), do: {reason, stack}
      def reject(:exit, reason, _stack, _seat), do: reason
      defoverridable reject: 4

      def system_continue(parent, debug, misc), do: :cordial_server.resume(parent, debug, misc)
      def system_terminate(reason, _parent, debug, misc), do: :cordial_server.dismiss(reason, debug, misc)
      def system_get_state({_seat, own, _patience}), do: {:ok, show(own)}
      def system_replace_state(fun, misc), do: :cordial_server.alter(fun, misc)
      def system_code_change(misc, _module, vsn, extra), do: :cordial_server.upgrade(misc, vsn, extra)
      def format_status(option, status), do: :cordial_server.status(option, status)
    end
  end

  # Runs a callback. A thrown value counts as returned; raised/4 tells the other ends.
  defmacro attempt(do: callback) do
    quote do
      try do
        unquote(callback)
      catch
        :throw, value -> value
        class, reason -> {unquote(@raised), class, reason, __STACKTRACE__}
      end
    end
  end

  # --- start -----------------------------------------------------------------------------------

  @doc """
  Starts a server: `bond` is `:link`, `:nolink` or `:monitor`, `address` may be `:anonymous`.
  """
  def start(engine, bond, address, mod, args, options) do
    case occupant(address) do
      :undefined ->
        launch = [engine, :erlang.self(), bond, address, mod, args, options]
        limit = option(:timeout, options, :infinity)
        spawning = option(:spawn_opt, options, [])

        case bond do
          :link -> :proc_lib.start_link(:cordial_server, :boot, launch, limit, spawning)
          :nolink -> :proc_lib.start(:cordial_server, :boot, launch, limit, spawning)
          :monitor -> watched(:proc_lib.start_monitor(:cordial_server, :boot, launch, limit, spawning))
        end

      pid ->
        {:error, {:already_started, pid}}
    end
  end

  # A start that failed leaves no monitor behind.
  defp watched({{:ok, pid}, mref}), do: {:ok, {pid, mref}}

  defp watched({failure, mref}) do
    :erlang.demonitor(mref, [:flush])
    failure
  end

  defp occupant(:anonymous), do: :undefined
  defp occupant(address), do: :cordial_address.find(address)

  @doc false
  def boot(engine, starter, bond, address, mod, args, options) do
    :erlang.put(:"$initial_call", {mod, :init, 1})
    address = if address == :anonymous, do: :erlang.self(), else: address

    case :cordial_address.claim(address) do
      :yes ->
        parent = if bond == :link, do: starter, else: :erlang.self()
        open(attempt(do: engine.begin(mod, args)), starter, address, new(engine, mod, address, parent, options))

      {:no, pid} ->
        :proc_lib.init_fail(starter, {:error, {:already_started, pid}}, {:exit, :normal})
    end
  end

  defp new(engine, mod, address, parent, options) do
    name = :cordial_address.label(address)

    debug =
      case option(:debug, options, []) do
        [] -> []
        list -> :sys.debug_options(list)
      end

    idle = option(:hibernate_after, options, :infinity)
    seat(engine: engine, mod: mod, name: name, parent: parent, idle: idle, debug: debug)
  end

  # What the first callback returned decides whether there will be a server.
  defp open(result, starter, address, seat(engine: engine) = seat) do
    case result do
      :ignore ->
        refuse(starter, address, :ignore, {:exit, :normal})

      {:stop, reason} ->
        refuse(starter, address, {:error, reason}, {:exit, reason})

      {:error, reason} ->
        refuse(starter, address, {:error, reason}, {:exit, :normal})

      {@raised, class, reason, stack} ->
        refuse(starter, address, {:error, engine.reject(class, reason, stack, seat)}, {class, reason, stack})

      _ ->
        case engine.accept(result) do
          {:ok, first} ->
            :proc_lib.init_ack(starter, {:ok, :erlang.self()})
            engine.enter(first, seat)

          {:error, reason} ->
            refuse(starter, address, {:error, engine.reject(:exit, reason, [], seat)}, {:exit, reason})
        end
    end
  end

  # The name is free again before the starter hears of the failure.
  defp refuse(starter, address, answer, ending) do
    :cordial_address.release(address)
    :proc_lib.init_fail(starter, answer, ending)
  end

  @doc """
  Has the process known by the function that it was started with, not by the module that runs it.
  """
  def begun_with({:erlang, :apply, [fun, []]}) when :erlang.is_function(fun, 0), do: begun_with(fun)
  def begun_with({mod, fun, args}), do: :erlang.put(:"$initial_call", {mod, fun, :erlang.length(args)})

  def begun_with(fun) do
    {_, mod} = :erlang.fun_info(fun, :module)
    {_, name} = :erlang.fun_info(fun, :name)
    :erlang.put(:"$initial_call", {mod, name, 0})
  end

  @doc """
  Makes a server of the calling process, which `:proc_lib` has started.
  """
  def become(engine, mod, options, address, first),
    do: engine.enter(first, new(engine, mod, address, :cordial_address.parent(), options))

  @doc """
  The value of an option, the first one that is given.
  """
  def option(key, options, default) do
    case :lists.keyfind(key, 1, options) do
      {_, value} -> value
      false -> default
    end
  end

  # --- system messages -------------------------------------------------------------------------

  @doc false
  def system(request, from, seat, own, patience) do
    seat(engine: engine, parent: parent, debug: debug) = seat
    asleep = patience == :hibernate
    :sys.handle_system_msg(request, from, parent, engine, debug, {seat, own, patience}, asleep)
  end

  @doc false
  def resume(parent, debug, {seat(engine: engine) = seat, own, patience}),
    do: engine.wait(seat(seat, parent: parent, debug: debug), own, patience)

  @doc false
  def dismiss(reason, debug, {seat(engine: engine) = seat, own, _patience}),
    do: engine.leave(reason, [], seat(seat, debug: debug), own)

  @doc false
  def alter(fun, {seat(engine: engine) = seat, own, patience}) do
    {shown, own} = engine.alter(fun, own)
    {:ok, shown, {seat, own, patience}}
  end

  @doc false
  def upgrade({seat(engine: engine) = seat, own, patience}, vsn, extra) do
    case attempt(do: engine.upgrade(own, seat, vsn, extra)) do
      {:ok, own} -> {:ok, {seat, own, patience}}
      {@raised, :error, reason, stack} -> {:EXIT, {reason, stack}}
      {@raised, :exit, reason, _stack} -> {:EXIT, reason}
      other -> other
    end
  end

  @doc false
  def status(option, [dictionary, condition, parent, debug, {seat, own, _patience}]) do
    seat(engine: engine, name: name) = seat
    facts = {condition, parent, :sys.get_log(debug)}
    {title, rows, specific} = engine.describe(option, dictionary, facts, seat, own)

    header =
      case name do
        pid when :erlang.is_pid(pid) -> title ++ ~c" " ++ :erlang.pid_to_list(pid)
        name when :erlang.is_atom(name) -> title ++ ~c" " ++ :erlang.atom_to_list(name)
        name -> {title, name}
      end

    [{:header, header}, {:data, rows} | specific]
  end

  @doc """
  Lets the debug functions of the seat see an event.
  """
  def note(seat(debug: []) = seat, _printer, _event), do: seat

  def note(seat(debug: debug, name: name) = seat, printer, event),
    do: seat(seat, debug: :sys.handle_debug(debug, printer, name, event))

  # --- the end ---------------------------------------------------------------------------------

  def stop(address, reason, timeout) do
    case :cordial_address.find(address) do
      pid when :erlang.is_pid(pid) -> :proc_lib.stop(pid, reason, timeout)
      {_name, node} -> :erlang.exit({:nodedown, node})
      _ -> :erlang.exit(:noproc)
    end
  end

  @doc """
  Ends the process. `farewell` is the server's last callback; should it fail, its failure is the end that
  counts. `report` is called with class, reason and stack trace of an end that somebody should know about.
  """
  def finish(class, reason, stack, farewell, report) do
    seen = if class == :error, do: {reason, stack}, else: reason

    {class, reason, stack} =
      try do
        farewell.(seen)
        {class, reason, stack}
      catch
        :throw, _ -> {class, reason, stack}
        worse, why -> {worse, why, __STACKTRACE__}
      end

    expected =
      case {class, reason} do
        {:exit, :normal} -> true
        {:exit, :shutdown} -> true
        {:exit, {:shutdown, _}} -> true
        _ -> false
      end

    if not expected, do: report.(class, reason, stack)

    case stack do
      [] -> :erlang.exit(reason)
      _ -> :erlang.raise(class, reason, stack)
    end
  end

  @doc """
  Logs a report of an engine. `printer` names the engine's function that turns it into text.
  """
  def report(level, label, report, printer) do
    report = :maps.merge(%{label: label, process_label: :proc_lib.get_label(:erlang.self())}, report)
    tag = if level == :error, do: :error, else: :warning_msg
    {:module, engine} = :erlang.fun_info(printer, :module)
    plain = :erlang.make_fun(engine, :format_log, 1)
    meta = %{domain: [:otp], report_cb: printer, error_logger: %{tag: tag, report_cb: plain}}
    :logger.log(level, report, meta)
  end

  @doc """
  Who waits for the answer, for reports: the process, its name, and where it stands.
  """
  def client({pid, _tag}) when :erlang.is_pid(pid) do
    case :erlang.process_info(pid, [:current_stacktrace, :registered_name]) do
      :undefined -> {pid, :dead}
      [{_, stack}, {_, []}] -> {pid, {pid, stack}}
      [{_, stack}, {_, name}] -> {pid, {name, stack}}
    end
  end

  def client(_nobody), do: :undefined

  @doc """
  Passes a status through the module's `format_status` callback, if it has one.
  """
  def presentable(mod, status) do
    case :erlang.function_exported(mod, :format_status, 1) do
      true -> mod.format_status(status)
      false -> status
    end
  end
end
