# The state machine: events, postponed events, time-outs, state enter calls.
defmodule :gen_statem do
  @moduledoc false

  @callback init(term) :: term
  @callback callback_mode() :: term
  @callback handle_event(term, term, term, term) :: term
  @callback terminate(term, term, term) :: term
  @callback code_change(term, term, term, term) :: term
  @callback format_status(term) :: term
  @callback format_status(term, term) :: term
  @callback state_name(term, term, term) :: term
  @optional_callbacks state_name: 3,
                      format_status: 1,
                      format_status: 2,
                      terminate: 3,
                      code_change: 4,
                      handle_event: 4

  def start(mod, args, opts), do: :gen.start(:gen_statem, :nolink, mod, args, opts)
  def start(name, mod, args, opts), do: :gen.start(:gen_statem, :nolink, name, mod, args, opts)
  def start_link(mod, args, opts), do: :gen.start(:gen_statem, :link, mod, args, opts)
  def start_link(name, mod, args, opts), do: :gen.start(:gen_statem, :link, name, mod, args, opts)
  def start_monitor(mod, args, opts), do: :gen.start(:gen_statem, :monitor, mod, args, opts)

  def start_monitor(name, mod, args, opts),
    do: :gen.start(:gen_statem, :monitor, name, mod, args, opts)

  def stop(server), do: :gen.stop(server)
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)
  def cast(server, message), do: :gen_server.cast(server, message)

  def call(server, request), do: call(server, request, :infinity)

  def call(server, request, timeout) do
    time =
      case timeout do
        {:clean_timeout, t} -> t
        {:dirty_timeout, t} -> t
        t -> t
      end

    try do
      :gen.call(server, :"$gen_call", request, time)
    catch
      :exit, reason -> :erlang.exit({reason, {:gen_statem, :call, [server, request, timeout]}})
    else
      {:ok, reply} -> reply
    end
  end

  def send_request(server, request), do: :gen.send_request(server, :"$gen_call", request)
  def receive_response(id), do: :gen.receive_response(id, :infinity)
  def receive_response(id, timeout), do: :gen.receive_response(id, timeout)
  def wait_response(id), do: :gen.wait_response(id, :infinity)
  def wait_response(id, timeout), do: :gen.wait_response(id, timeout)
  def check_response(message, id), do: :gen.check_response(message, id)

  def reply({:reply, from, reply}), do: reply(from, reply)
  def reply(replies) when :erlang.is_list(replies), do: :lists.foreach(&reply/1, replies)
  def reply(from, reply), do: :gen.reply(from, reply)

  def enter_loop(mod, opts, state, data), do: enter_loop(mod, opts, state, data, :erlang.self(), [])

  def enter_loop(mod, opts, state, data, actions) when :erlang.is_list(actions),
    do: enter_loop(mod, opts, state, data, :erlang.self(), actions)

  def enter_loop(mod, opts, state, data, server), do: enter_loop(mod, opts, state, data, server, [])

  def enter_loop(mod, opts, state, data, server, actions) do
    parent =
      case :erlang.get(:"$ancestors") do
        [pid | _] when :erlang.is_pid(pid) -> pid
        [name | _] -> :erlang.whereis(name)
        _ -> :undefined
      end

    enter(mod, parent, :gen.get_proc_name(server), state, data, actions, opts)
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
      {:ok, {:ok, state, data}} ->
        :proc_lib.init_ack(starter, {:ok, :erlang.self()})
        enter(mod, parent, name, state, data, [], options)

      {:ok, {:ok, state, data, actions}} ->
        :proc_lib.init_ack(starter, {:ok, :erlang.self()})
        enter(mod, parent, name, state, data, actions, options)

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
        reason = {:bad_return_from_init, other}
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason})

      {:raised, :exit, reason, stack} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, reason}, {:exit, reason, stack})

      {:raised, class, reason, stack} ->
        :gen.unregister_name(server_name)
        :proc_lib.init_fail(starter, {:error, {reason, stack}}, {class, reason, stack})
    end
  end

  # The machine: what callbacks see (state, data), and `timers`: kind => {timer, content}.
  defp enter(mod, parent, name, state, data, actions, options) do
    s = %{
      mod: mod,
      modules: [mod],
      parent: parent,
      name: name,
      state: state,
      data: data,
      mode: :state_functions,
      enter: false,
      postponed: [],
      timers: %{},
      debug: :gen.debug_options(name, options),
      idle: :gen.hibernate_after(options)
    }

    s = callback_mode(mod, s)
    # The start counts as a change into the first state.
    after_event(s, state, :start, actions, [], false)
  end

  defp callback_mode(mod, s) do
    modes =
      try do
        mod.callback_mode()
      catch
        class, reason -> terminate(class, reason, __STACKTRACE__, s, [])
      end

    list = if :erlang.is_list(modes), do: modes, else: [modes]

    mode =
      :lists.foldl(
        fn
          :state_enter, mode -> mode
          m, nil when m == :state_functions or m == :handle_event_function -> m
          _, _ -> :bad
        end,
        nil,
        list
      )

    case mode do
      m when m == :state_functions or m == :handle_event_function ->
        %{s | mode: m, enter: :lists.member(:state_enter, list)}

      _ ->
        terminate(:error, {:bad_return_from_callback_mode, modes}, [], s, [])
    end
  end

  # --- loop ------------------------------------------------------------------------------------

  defp loop(s, [event | queue]), do: event(event, queue, s)

  defp loop(%{idle: :infinity} = s, []) do
    receive do
      message -> message(message, s)
    end
  end

  defp loop(%{idle: idle} = s, []) do
    receive do
      message -> message(message, s)
    after
      idle -> :proc_lib.hibernate(:gen_statem, :wakeup, [s])
    end
  end

  def wakeup(s) do
    receive do
      message -> message(message, s)
    end
  end

  defp message({:"$gen_call", from, request}, s), do: event({{:call, from}, request}, [], s)
  defp message({:"$gen_cast", request}, s), do: event({:cast, request}, [], s)

  defp message({:system, from, request}, %{parent: parent, debug: debug} = s),
    do: :sys.handle_system_msg(request, from, parent, :gen_statem, debug, s)

  defp message({:EXIT, parent, reason}, %{parent: parent} = s),
    do: terminate(:exit, reason, [], s, [])

  defp message({:timeout, ref, kind} = message, %{timers: timers} = s) do
    case timers do
      %{^kind => {^ref, content}} ->
        s = %{s | timers: :maps.remove(kind, timers)}
        event({kind, content}, [], s)

      _ ->
        event({:info, message}, [], s)
    end
  end

  defp message(message, s), do: event({:info, message}, [], s)

  # One event: the callback, then what its answer asks for.
  defp event({type, content} = event, queue, s) do
    s = cancel(:timeout, s)
    s = debug_in(event, s)

    case callback(type, content, s) do
      {:ok, result} -> result(result, event, queue, s)
      {:raised, class, reason, stack} -> terminate(class, reason, stack, s, [event | queue])
    end
  end

  defp debug_in(_event, %{debug: []} = s), do: s

  defp debug_in(event, s),
    do: %{s | debug: :sys.handle_debug(s.debug, &print_event/3, s.name, {:in, event, s.state})}

  def print_event(device, {:in, {type, content}, state}, name),
    do: :io.format(device, ~c"*DBG* ~tp receive ~tw ~tp in state ~tp~n", [name, type, content, state])

  def print_event(device, event, name), do: :io.format(device, ~c"*DBG* ~tp ~tp~n", [name, event])

  defp callback(type, content, %{mod: mod, mode: mode, state: state, data: data}) do
    try do
      case mode do
        :state_functions -> {:ok, :erlang.apply(mod, state, [type, content, data])}
        :handle_event_function -> {:ok, mod.handle_event(type, content, state, data)}
      end
    catch
      :throw, value -> {:ok, value}
      class, reason -> {:raised, class, reason, __STACKTRACE__}
    end
  end

  defp result(result, event, queue, %{state: state} = s) do
    case result do
      {:next_state, new, data} -> next(new, [], event, queue, %{s | data: data})
      {:next_state, new, data, actions} -> next(new, actions, event, queue, %{s | data: data})
      {:keep_state, data} -> next(state, [], event, queue, %{s | data: data})
      {:keep_state, data, actions} -> next(state, actions, event, queue, %{s | data: data})
      :keep_state_and_data -> next(state, [], event, queue, s)
      {:keep_state_and_data, actions} -> next(state, actions, event, queue, s)
      {:repeat_state, data} -> repeat([], event, queue, %{s | data: data})
      {:repeat_state, data, actions} -> repeat(actions, event, queue, %{s | data: data})
      :repeat_state_and_data -> repeat([], event, queue, s)
      {:repeat_state_and_data, actions} -> repeat(actions, event, queue, s)
      other -> ended(other, [event | queue], s)
    end
  end

  defp ended(result, queue, s) do
    case result do
      :stop ->
        terminate(:exit, :normal, [], s, queue)

      {:stop, reason} ->
        terminate(:exit, reason, [], s, queue)

      {:stop, reason, data} ->
        terminate(:exit, reason, [], %{s | data: data}, queue)

      {:stop_and_reply, reason, replies} ->
        terminate_and_reply(reason, replies, s, queue)

      {:stop_and_reply, reason, replies, data} ->
        terminate_and_reply(reason, replies, %{s | data: data}, queue)

      other ->
        terminate(:error, {:bad_return_from_state_function, other}, [], s, queue)
    end
  end

  defp terminate_and_reply(reason, replies, s, queue) do
    :lists.foreach(&reply/1, as_list(replies))
    terminate(:exit, reason, [], s, queue)
  end

  defp next(new, actions, event, queue, %{state: old} = s) do
    how = if new === old, do: :same, else: :changed
    with_event(%{s | state: new}, old, how, actions, event, queue)
  end

  defp repeat(actions, event, queue, %{state: state} = s),
    do: with_event(s, state, :repeated, actions, event, queue)

  defp with_event(s, old, how, actions, event, queue) do
    s = if postpone?(actions), do: %{s | postponed: [event | s.postponed]}, else: s
    after_event(s, old, how, actions, queue, true)
  end

  defp postpone?(actions) do
    :lists.any(fn a -> a == :postpone or a == {:postpone, true} end, as_list(actions))
  end

  # A changed state gets its postponed events back, oldest first, before those still queued.
  defp after_event(s, old, how, actions, queue, _from_event) do
    changed = how == :changed

    {s, queue} =
      case changed do
        true -> {%{s | postponed: []}, :lists.reverse(s.postponed) ++ queue}
        false -> {s, queue}
      end

    s = if changed, do: cancel(:state_timeout, s), else: s
    {s, opts} = actions(as_list(actions), s, %{next: [], zero: [], hibernate: false})
    {s, opts} = if how != :same, do: state_enter(s, old, opts, queue), else: {s, opts}

    queue = :lists.reverse(opts.next) ++ queue ++ :lists.reverse(opts.zero)

    case queue do
      [] when opts.hibernate -> :proc_lib.hibernate(:gen_statem, :wakeup, [s])
      _ -> loop(s, queue)
    end
  end

  defp state_enter(%{enter: false} = s, _old, opts, _queue), do: {s, opts}

  defp state_enter(s, old, opts, queue) do
    case callback(:enter, old, s) do
      {:ok, result} ->
        state = s.state

        case result do
          {:next_state, ^state, data} -> {%{s | data: data}, opts}
          {:next_state, ^state, data, actions} -> actions(as_list(actions), %{s | data: data}, opts)
          {:keep_state, data} -> {%{s | data: data}, opts}
          {:keep_state, data, actions} -> actions(as_list(actions), %{s | data: data}, opts)
          :keep_state_and_data -> {s, opts}
          {:keep_state_and_data, actions} -> actions(as_list(actions), s, opts)
          {:repeat_state, data} -> state_enter(%{s | data: data}, old, opts, queue)
          :repeat_state_and_data -> state_enter(s, old, opts, queue)
          other -> ended(other, [{:enter, old} | queue], s)
        end

      {:raised, class, reason, stack} ->
        terminate(class, reason, stack, s, [{:enter, old} | queue])
    end
  end

  defp as_list(actions) when :erlang.is_list(actions), do: actions
  defp as_list(action), do: [action]

  # --- actions ---------------------------------------------------------------------------------

  defp actions([], s, opts), do: {s, opts}

  defp actions([action | rest], s, opts) do
    {s, opts} = action(action, s, opts)
    actions(rest, s, opts)
  end

  defp action({:reply, from, reply}, s, opts) do
    reply(from, reply)
    {s, opts}
  end

  defp action({:next_event, type, content}, s, opts),
    do: {s, %{opts | next: [{type, content} | opts.next]}}

  defp action(:postpone, s, opts), do: {s, opts}
  defp action({:postpone, _}, s, opts), do: {s, opts}
  defp action(:hibernate, s, opts), do: {s, %{opts | hibernate: true}}
  defp action({:hibernate, flag}, s, opts), do: {s, %{opts | hibernate: flag}}

  defp action({:change_callback_module, mod}, s, opts), do: {new_module(mod, [mod | tl_of(s.modules)], s), opts}
  defp action({:push_callback_module, mod}, s, opts), do: {new_module(mod, [mod | s.modules], s), opts}

  defp action(:pop_callback_module, s, opts) do
    [_ | [mod | _] = modules] = s.modules
    {new_module(mod, modules, s), opts}
  end

  defp action(:infinity, s, opts), do: {cancel(:timeout, s), opts}
  defp action(time, s, opts) when :erlang.is_integer(time), do: timer(:timeout, time, time, [], s, opts)
  defp action({:timeout, time, content}, s, opts), do: timer(:timeout, time, content, [], s, opts)
  defp action({:timeout, time, content, o}, s, opts), do: timer(:timeout, time, content, o, s, opts)
  defp action({:timeout, :cancel}, s, opts), do: {cancel(:timeout, s), opts}
  defp action({:state_timeout, :cancel}, s, opts), do: {cancel(:state_timeout, s), opts}
  defp action({{:timeout, _} = kind, :cancel}, s, opts), do: {cancel(kind, s), opts}

  defp action({kind, :update, content}, s, opts), do: update(kind, content, s, opts)

  defp action({:state_timeout, time, content}, s, opts),
    do: timer(:state_timeout, time, content, [], s, opts)

  defp action({:state_timeout, time, content, o}, s, opts),
    do: timer(:state_timeout, time, content, o, s, opts)

  defp action({{:timeout, _} = kind, time, content}, s, opts),
    do: timer(kind, time, content, [], s, opts)

  defp action({{:timeout, _} = kind, time, content, o}, s, opts),
    do: timer(kind, time, content, o, s, opts)

  defp action(other, s, _opts),
    do: terminate(:error, {:bad_action_from_state_function, other}, [], s, [])

  defp tl_of([_ | rest]), do: rest

  defp new_module(mod, modules, s), do: callback_mode(mod, %{s | mod: mod, modules: modules})

  defp timer(kind, :infinity, _content, _o, s, opts), do: {cancel(kind, s), opts}
  defp timer(kind, :update, content, _o, s, opts), do: update(kind, content, s, opts)

  # No time at all is no timer: the event stands behind those already there.
  defp timer(kind, 0, content, [], s, opts),
    do: {cancel(kind, s), %{opts | zero: [{kind, content} | opts.zero]}}

  defp timer(kind, time, content, o, s, opts) do
    s = cancel(kind, s)
    ref = :erlang.start_timer(time, :erlang.self(), kind, as_list(o))
    {%{s | timers: :maps.put(kind, {ref, content}, s.timers)}, opts}
  end

  defp update(kind, content, %{timers: timers} = s, opts) do
    case timers do
      %{^kind => {ref, _}} -> {%{s | timers: :maps.put(kind, {ref, content}, timers)}, opts}
      _ -> timer(kind, 0, content, [], s, opts)
    end
  end

  defp cancel(kind, %{timers: timers} = s) do
    case timers do
      %{^kind => {ref, _}} ->
        case :erlang.cancel_timer(ref) do
          false ->
            receive do
              {:timeout, ^ref, _} -> :ok
            after
              0 -> :ok
            end

          _ ->
            :ok
        end

        %{s | timers: :maps.remove(kind, timers)}

      _ ->
        s
    end
  end

  # --- end -------------------------------------------------------------------------------------

  defp terminate(class, reason, stack, s, queue) do
    seen = if class == :error, do: {reason, stack}, else: reason

    case call_terminate(seen, s) do
      :ok ->
        if log?(class, reason), do: report(class, reason, stack, s, queue)

        case stack do
          [] when class == :error -> :erlang.exit(reason)
          [] -> :erlang.exit(reason)
          _ -> :erlang.raise(class, reason, stack)
        end

      {:raised, class2, reason2, stack2} ->
        if log?(class2, reason2), do: report(class2, reason2, stack2, s, queue)
        :erlang.raise(class2, reason2, stack2)
    end
  end

  defp call_terminate(reason, %{mod: mod, state: state, data: data}) do
    case :erlang.function_exported(mod, :terminate, 3) do
      true ->
        try do
          mod.terminate(reason, state, data)
          :ok
        catch
          :throw, _ -> :ok
          class, why -> {:raised, class, why, __STACKTRACE__}
        end

      false ->
        :ok
    end
  end

  defp log?(:exit, :normal), do: false
  defp log?(:exit, :shutdown), do: false
  defp log?(:exit, {:shutdown, _}), do: false
  defp log?(_, _), do: true

  defp report(class, reason, stack, s, queue) do
    {state, data} = formatted(s)

    :logger.log(
      :error,
      %{
        label: {:gen_statem, :terminate},
        name: s.name,
        queue: queue,
        postponed: s.postponed,
        modules: s.modules,
        callback_mode: s.mode,
        state_enter: s.enter,
        state: {state, data},
        timeouts: {:maps.size(s.timers), []},
        log: [],
        reason: {class, reason, stack},
        client_info: :undefined,
        process_label: :proc_lib.get_label(:erlang.self())
      },
      %{domain: [:otp], report_cb: &:logger.format_report/1, error_logger: %{tag: :error}}
    )
  end

  defp formatted(%{mod: mod, state: state, data: data}) do
    case :erlang.function_exported(mod, :format_status, 1) do
      true ->
        try do
          status = mod.format_status(%{state: state, data: data, log: []})
          {:maps.get(:state, status, state), :maps.get(:data, status, data)}
        catch
          _, _ -> {state, data}
        end

      false ->
        {state, data}
    end
  end

  # --- system messages -------------------------------------------------------------------------

  def system_continue(parent, debug, s), do: loop(%{s | parent: parent, debug: debug}, [])
  def system_terminate(reason, _parent, _debug, s), do: terminate(:exit, reason, [], s, [])
  def system_get_state(%{state: state, data: data}), do: {:ok, {state, data}}

  def system_replace_state(fun, %{state: state, data: data} = s) do
    {state, data} = result = fun.({state, data})
    {:ok, result, %{s | state: state, data: data}}
  end

  def system_code_change(%{mod: mod, state: state, data: data} = s, _module, old, extra) do
    result =
      try do
        mod.code_change(old, state, data, extra)
      catch
        :throw, value -> value
      end

    case result do
      {:ok, state, data} -> {:ok, callback_mode(mod, %{s | state: state, data: data})}
      other -> other
    end
  end

  def format_status(_option, [_dictionary, sys_state, parent, debug, s]) do
    [
      {:header, :gen.format_status_header(~c"Status for state machine", s.name)},
      {:data,
       [
         {~c"Status", sys_state},
         {~c"Parent", parent},
         {~c"Modules", s.modules},
         {~c"Time-outs", {:maps.size(s.timers), []}},
         {~c"Logged Events", :sys.get_log(debug)},
         {~c"Postponed", s.postponed}
       ]},
      {:data, [{~c"State", formatted(s)}]}
    ]
  end
end
