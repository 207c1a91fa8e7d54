# The generic server: one loop that turns messages into callbacks.
defmodule :gen_server do
  @moduledoc false

  @callback init(term) :: term
  @callback handle_call(term, term, term) :: term
  @callback handle_cast(term, term) :: term
  @callback handle_info(term, term) :: term
  @callback handle_continue(term, term) :: term
  @callback terminate(term, term) :: term
  @callback code_change(term, term, term) :: term
  @callback format_status(term, term) :: term
  @callback format_status(term) :: term
  @optional_callbacks handle_info: 2,
                      handle_continue: 2,
                      terminate: 2,
                      code_change: 3,
                      format_status: 1,
                      format_status: 2

  def start(mod, args, opts), do: :gen.start(:gen_server, :nolink, mod, args, opts)
  def start(name, mod, args, opts), do: :gen.start(:gen_server, :nolink, name, mod, args, opts)
  def start_link(mod, args, opts), do: :gen.start(:gen_server, :link, mod, args, opts)
  def start_link(name, mod, args, opts), do: :gen.start(:gen_server, :link, name, mod, args, opts)
  def start_monitor(mod, args, opts), do: :gen.start(:gen_server, :monitor, mod, args, opts)

  def start_monitor(name, mod, args, opts),
    do: :gen.start(:gen_server, :monitor, name, mod, args, opts)

  def call(server, request), do: call(server, request, 5000)

  def call(server, request, timeout) do
    try do
      :gen.call(server, :"$gen_call", request, timeout)
    catch
      :exit, reason ->
        :erlang.exit({reason, {:gen_server, :call, [server, request, timeout]}})
    else
      {:ok, reply} -> reply
    end
  end

  def cast({:global, name}, request), do: cast_to(:global.whereis_name(name), request)
  def cast({:via, mod, name}, request), do: cast_to(mod.whereis_name(name), request)
  def cast(server, request), do: cast_to(server, request)

  defp cast_to(server, request) do
    try do
      :erlang.send(server, {:"$gen_cast", request})
    catch
      _, _ -> :ok
    end

    :ok
  end

  def reply(client, reply), do: :gen.reply(client, reply)

  def stop(server), do: :gen.stop(server)
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)

  def send_request(server, request), do: :gen.send_request(server, :"$gen_call", request)
  def wait_response(id, timeout), do: :gen.wait_response(id, timeout)
  def receive_response(id), do: :gen.receive_response(id, :infinity)
  def receive_response(id, timeout), do: :gen.receive_response(id, timeout)
  def check_response(message, id), do: :gen.check_response(message, id)

  def abcast(name, request), do: abcast([:erlang.node() | :erlang.nodes()], name, request)

  def abcast(nodes, name, request) do
    if :lists.member(:erlang.node(), nodes), do: cast_to(name, request)
    :abcast
  end

  def multi_call(name, request), do: multi_call([:erlang.node() | :erlang.nodes()], name, request)
  def multi_call(nodes, name, request), do: multi_call(nodes, name, request, :infinity)

  def multi_call(nodes, name, request, timeout) do
    :lists.foldr(
      fn node, {good, bad} ->
        try do
          call({name, node}, request, timeout)
        catch
          :exit, _ -> {good, [node | bad]}
        else
          reply -> {[{node, reply} | good], bad}
        end
      end,
      {[], []},
      nodes
    )
  end

  def enter_loop(mod, options, state), do: enter_loop(mod, options, state, :erlang.self(), :infinity)

  def enter_loop(mod, options, state, {scope, _} = name) when scope == :local or scope == :global,
    do: enter_loop(mod, options, state, name, :infinity)

  def enter_loop(mod, options, state, {:via, _, _} = name),
    do: enter_loop(mod, options, state, name, :infinity)

  def enter_loop(mod, options, state, timeout),
    do: enter_loop(mod, options, state, :erlang.self(), timeout)

  def enter_loop(mod, options, state, server_name, timeout) do
    name = :gen.get_proc_name(server_name)

    parent =
      case :erlang.get(:"$ancestors") do
        [pid | _] when :erlang.is_pid(pid) -> pid
        [name | _] when :erlang.is_atom(name) -> :erlang.whereis(name)
        _ -> :undefined
      end

    loop(parent, name, state, mod, timeout, hib(options), :gen.debug_options(name, options))
  end

  # --- start -----------------------------------------------------------------------------------

  def init_it(starter, :self, name, mod, args, options),
    do: init_it(starter, :erlang.self(), name, mod, args, options)

  def init_it(starter, parent, server_name, mod, args, options) do
    name = :gen.get_proc_name(server_name)

    result =
      try do
        {:ok, mod.init(args)}
      catch
        :throw, value -> {:ok, value}
        class, reason -> {:raised, class, reason, __STACKTRACE__}
      end

    case result do
      {:ok, {:ok, state}} ->
        :proc_lib.init_ack(starter, {:ok, :erlang.self()})
        debug = :gen.debug_options(name, options)
        loop(parent, name, state, mod, :infinity, hib(options), debug)

      {:ok, {:ok, state, {:continue, _} = continue}} ->
        :proc_lib.init_ack(starter, {:ok, :erlang.self()})
        debug = :gen.debug_options(name, options)
        loop(parent, name, state, mod, continue, hib(options), debug)

      {:ok, {:ok, state, timeout}} ->
        :proc_lib.init_ack(starter, {:ok, :erlang.self()})
        debug = :gen.debug_options(name, options)
        loop(parent, name, state, mod, timeout, hib(options), debug)

      {:ok, {:stop, reason}} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})

      {:ok, {:error, reason}} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, :normal})

      {:ok, :ignore} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, :ignore, {:exit, :normal})

      {:ok, other} ->
        :gen.unregister_name(server_name)
        reason = {:bad_return_value, other}
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})

      {:raised, :exit, reason, stack} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason, stack})

      {:raised, :error, reason, stack} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, {reason, stack}}, {:error, reason, stack})
    end
  end

  defp hib(options), do: :gen.hibernate_after(options)

  # --- loop ------------------------------------------------------------------------------------
  # `time` is what the last callback asked for: a timeout, :hibernate or {:continue, term};
  # `idle` is the hibernate_after option.

  defp loop(parent, name, state, mod, :infinity, :infinity, []) do
    receive do
      msg -> handle(msg, parent, name, state, mod, :infinity, :infinity, [])
    end
  end

  defp loop(parent, name, state, mod, {:continue, continue} = msg, idle, debug) do
    reply = try_callback(mod, :handle_continue, continue, state)
    noreply(reply, parent, name, msg, mod, state, idle, debug)
  end

  defp loop(parent, name, state, mod, :hibernate, idle, debug) do
    :proc_lib.hibernate(:gen_server, :wake_hib, [parent, name, state, mod, idle, debug])
  end

  defp loop(parent, name, state, mod, :infinity, idle, debug) do
    receive do
      msg -> handle(msg, parent, name, state, mod, :infinity, idle, debug)
    after
      idle ->
        :proc_lib.hibernate(:gen_server, :wake_hib, [parent, name, state, mod, idle, debug])
    end
  end

  defp loop(parent, name, state, mod, time, idle, debug) do
    receive do
      msg -> handle(msg, parent, name, state, mod, time, idle, debug)
    after
      time -> handle(:timeout, parent, name, state, mod, time, idle, debug)
    end
  end

  def wake_hib(parent, name, state, mod, idle, debug) do
    receive do
      msg -> handle(msg, parent, name, state, mod, :hibernate, idle, debug)
    end
  end

  defp handle({:"$gen_call", from, request} = msg, parent, name, state, mod, _time, idle, debug) do
    debug = debug_in(debug, name, msg)

    case try_call(mod, request, from, state) do
      {:ok, {:reply, reply, new}} ->
        :gen.reply(from, reply)
        loop(parent, name, new, mod, :infinity, idle, debug_out(debug, name, reply, from, new))

      {:ok, {:reply, reply, new, time}} ->
        :gen.reply(from, reply)
        loop(parent, name, new, mod, time, idle, debug_out(debug, name, reply, from, new))

      {:ok, {:stop, reason, reply, new}} ->
        try do
          terminate(:exit, reason, [], name, from, msg, mod, new)
        after
          :gen.reply(from, reply)
        end

      other ->
        noreply(other, parent, name, msg, mod, state, idle, debug)
    end
  end

  defp handle({:"$gen_cast", request} = msg, parent, name, state, mod, _time, idle, debug) do
    debug = debug_in(debug, name, msg)
    reply = try_callback(mod, :handle_cast, request, state)
    noreply(reply, parent, name, msg, mod, state, idle, debug)
  end

  defp handle({:system, from, request}, parent, name, state, mod, time, idle, debug) do
    misc = [name, state, mod, time, idle]
    :sys.handle_system_msg(request, from, parent, :gen_server, debug, misc, time == :hibernate)
  end

  defp handle({:EXIT, parent, reason} = msg, parent, name, state, mod, _time, _idle, _debug) do
    terminate(:exit, reason, [], name, :undefined, msg, mod, state)
  end

  defp handle(msg, parent, name, state, mod, _time, idle, debug) do
    debug = debug_in(debug, name, msg)
    reply = try_info(mod, msg, state)
    noreply(reply, parent, name, msg, mod, state, idle, debug)
  end

  defp noreply({:ok, {:noreply, new}}, parent, name, _msg, mod, _state, idle, debug),
    do: loop(parent, name, new, mod, :infinity, idle, debug_noreply(debug, name, new))

  defp noreply({:ok, {:noreply, new, time}}, parent, name, _msg, mod, _state, idle, debug),
    do: loop(parent, name, new, mod, time, idle, debug_noreply(debug, name, new))

  defp noreply({:ok, {:stop, reason, new}}, _parent, name, msg, mod, _state, _idle, _debug),
    do: terminate(:exit, reason, [], name, client(msg), msg, mod, new)

  defp noreply({:raised, class, reason, stack}, _parent, name, msg, mod, state, _idle, _debug),
    do: terminate(class, reason, stack, name, client(msg), msg, mod, state)

  defp noreply({:ok, other}, _parent, name, msg, mod, state, _idle, _debug),
    do: terminate(:exit, {:bad_return_value, other}, [], name, client(msg), msg, mod, state)

  defp client({:"$gen_call", from, _}), do: from
  defp client(_), do: :undefined

  defp try_call(mod, request, from, state) do
    try do
      {:ok, mod.handle_call(request, from, state)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:raised, class, reason, __STACKTRACE__}
    end
  end

  defp try_callback(mod, :handle_cast, request, state) do
    try do
      {:ok, mod.handle_cast(request, state)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:raised, class, reason, __STACKTRACE__}
    end
  end

  defp try_callback(mod, :handle_continue, request, state) do
    try do
      {:ok, mod.handle_continue(request, state)}
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:raised, class, reason, __STACKTRACE__}
    end
  end

  defp try_info(mod, msg, state) do
    try do
      {:ok, mod.handle_info(msg, state)}
    catch
      :throw, value ->
        {:ok, value}

      :error, :undef ->
        stack = __STACKTRACE__

        case :erlang.function_exported(mod, :handle_info, 2) do
          true -> {:raised, :error, :undef, stack}
          false -> unhandled_info(mod, msg, state)
        end

      class, reason ->
        {:raised, class, reason, __STACKTRACE__}
    end
  end

  defp unhandled_info(mod, msg, state) do
    :logger.log(
      :warning,
      %{label: {:gen_server, :no_handle_info}, module: mod, message: msg},
      %{domain: [:otp], error_logger: %{tag: :warning_msg}}
    )

    {:ok, {:noreply, state}}
  end

  # --- end -------------------------------------------------------------------------------------

  defp terminate(class, reason, stack, name, from, msg, mod, state) do
    seen = if class == :error, do: {reason, stack}, else: reason

    case call_terminate(mod, seen, state) do
      :ok ->
        if log_reason?(class, reason),
          do: error_info(with_stack(reason, stack), name, from, msg, mod, state)

        case stack do
          [] -> :erlang.exit(reason)
          _ -> :erlang.raise(class, reason, stack)
        end

      {:raised, class2, reason2, stack2} ->
        if log_reason?(class2, reason2),
          do: error_info({reason2, stack2}, name, from, msg, mod, state)

        :erlang.raise(class2, reason2, stack2)
    end
  end

  defp with_stack(reason, []), do: reason
  defp with_stack(reason, stack), do: {reason, stack}

  defp call_terminate(mod, reason, state) do
    case :erlang.function_exported(mod, :terminate, 2) do
      true ->
        try do
          mod.terminate(reason, state)
          :ok
        catch
          :throw, _ -> :ok
          class, why -> {:raised, class, why, __STACKTRACE__}
        end

      false ->
        :ok
    end
  end

  defp log_reason?(:exit, :normal), do: false
  defp log_reason?(:exit, :shutdown), do: false
  defp log_reason?(:exit, {:shutdown, _}), do: false
  defp log_reason?(_, _), do: true

  defp error_info(_reason, :application_controller, _from, _msg, _mod, _state), do: :ok

  defp error_info(reason, name, from, msg, mod, state) do
    status = status_for_log(mod, reason, state, msg)

    :logger.log(
      :error,
      %{
        label: {:gen_server, :terminate},
        name: name,
        last_message: :erlang.map_get(:message, status),
        state: :erlang.map_get(:state, status),
        log: [],
        reason: :erlang.map_get(:reason, status),
        client_info: client_info(from),
        process_label: :proc_lib.get_label(:erlang.self())
      },
      %{
        domain: [:otp],
        report_cb: &:gen_server.format_log/2,
        error_logger: %{tag: :error, report_cb: &:gen_server.format_log/1}
      }
    )
  end

  defp status_for_log(mod, reason, state, msg) do
    status = %{state: state, message: msg, reason: reason, log: []}

    cond do
      :erlang.function_exported(mod, :format_status, 1) ->
        try do
          mod.format_status(status)
        catch
          _, _ -> %{status | state: ~c"gen_server:format_status/1 crashed"}
        end

      :erlang.function_exported(mod, :format_status, 2) ->
        try do
          %{status | state: mod.format_status(:terminate, [:erlang.get(), state])}
        catch
          _, _ -> status
        end

      true ->
        status
    end
  end

  defp client_info({pid, _tag}) when :erlang.is_pid(pid) do
    case :erlang.process_info(pid, [:current_stacktrace, :registered_name]) do
      :undefined -> {pid, :dead}
      [{:current_stacktrace, stack}, {:registered_name, []}] -> {pid, {pid, stack}}
      [{:current_stacktrace, stack}, {:registered_name, name}] -> {pid, {name, stack}}
    end
  end

  defp client_info(_), do: :undefined

  def format_log(report), do: format_log(report, %{})

  def format_log(%{label: {:gen_server, :terminate}} = report, _config) do
    :io_lib.format(
      ~c"** Generic server ~tp terminating ~n** Last message in was ~tp~n** When Server state == ~tp~n** Reason for termination ==~n** ~tp~n",
      [
        :erlang.map_get(:name, report),
        :erlang.map_get(:last_message, report),
        :erlang.map_get(:state, report),
        :erlang.map_get(:reason, report)
      ]
    )
  end

  def format_log(report, _config), do: :io_lib.format(~c"~tp~n", [report])

  # --- system messages -------------------------------------------------------------------------

  def system_continue(parent, debug, [name, state, mod, time, idle]) do
    case time do
      :hibernate -> loop(parent, name, state, mod, :hibernate, idle, debug)
      _ -> loop(parent, name, state, mod, time, idle, debug)
    end
  end

  def system_terminate(reason, _parent, _debug, [name, state, mod, _time, _idle]),
    do: terminate(:exit, reason, [], name, :undefined, [], mod, state)

  def system_get_state([_name, state, _mod, _time, _idle]), do: {:ok, state}

  def system_replace_state(fun, [name, state, mod, time, idle]) do
    new = fun.(state)
    {:ok, new, [name, new, mod, time, idle]}
  end

  def system_code_change([name, state, mod, time, idle], _module, old_vsn, extra) do
    result =
      try do
        mod.code_change(old_vsn, state, extra)
      catch
        :throw, value -> value
        :error, reason -> {:EXIT, {reason, __STACKTRACE__}}
        :exit, reason -> {:EXIT, reason}
      end

    case result do
      {:ok, new} -> {:ok, [name, new, mod, time, idle]}
      other -> other
    end
  end

  def format_status(option, [dictionary, sys_state, parent, debug, [name, state, mod, _, _]]) do
    header = :gen.format_status_header(~c"Status for generic server", name)

    specific =
      cond do
        :erlang.function_exported(mod, :format_status, 1) ->
          status = mod.format_status(%{state: state, log: []})
          [{:data, [{~c"State", :erlang.map_get(:state, status)}]}]

        :erlang.function_exported(mod, :format_status, 2) ->
          case mod.format_status(option, [dictionary, state]) do
            list when :erlang.is_list(list) -> list
            other -> [other]
          end

        true ->
          [{:data, [{~c"State", state}]}]
      end

    [
      {:header, header},
      {:data,
       [
         {~c"Status", sys_state},
         {~c"Parent", parent},
         {~c"Logged events", :sys.get_log(debug)}
       ]}
      | specific
    ]
  end

  defp debug_in([], _name, _msg), do: []
  defp debug_in(debug, name, msg), do: :sys.handle_debug(debug, &print_event/3, name, {:in, msg})

  defp debug_out([], _name, _reply, _from, _state), do: []

  defp debug_out(debug, name, reply, {to, _}, state),
    do: :sys.handle_debug(debug, &print_event/3, name, {:out, reply, to, state})

  defp debug_noreply([], _name, _state), do: []

  defp debug_noreply(debug, name, state),
    do: :sys.handle_debug(debug, &print_event/3, name, {:noreply, state})

  def print_event(device, event, name) do
    text =
      case event do
        {:in, {:"$gen_call", {from, _}, call}} ->
          :io_lib.format(~c"*DBG* ~tp got call ~tp from ~tw~n", [name, call, from])

        {:in, {:"$gen_cast", cast}} ->
          :io_lib.format(~c"*DBG* ~tp got cast ~tp~n", [name, cast])

        {:in, msg} ->
          :io_lib.format(~c"*DBG* ~tp got ~tp~n", [name, msg])

        {:out, reply, to, state} ->
          :io_lib.format(~c"*DBG* ~tp sent ~tp to ~tw, new state ~tp~n", [name, reply, to, state])

        {:noreply, state} ->
          :io_lib.format(~c"*DBG* ~tp new state ~tp~n", [name, state])

        other ->
          :io_lib.format(~c"*DBG* ~tp dbg  ~tp~n", [name, other])
      end

    :io.put_chars(device, text)
  end
end
