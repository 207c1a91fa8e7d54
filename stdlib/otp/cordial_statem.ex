# The machine of `:gen_statem`: events, what callbacks answer, changes of state.
defmodule :cordial_statem do
  @moduledoc false
  require Record
  require :cordial_server
  import :cordial_server, only: [seat: 1, seat: 2, attempt: 1]

  @raised :"$cordial_raised"

  # mode: :state_functions or :handle_event_function; enter: whether states are told of their beginning;
  # modules: the stack of callback modules; queue: events that come before any message;
  # postponed: the newest first; timers: see :cordial_statem_timer.
  Record.defrecordp(:machine,
    mode: :state_functions,
    enter: false,
    state: nil,
    data: nil,
    modules: [],
    queue: [],
    postponed: [],
    timers: %{}
  )

  # --- for the engine --------------------------------------------------------------------------

  def start(state, data, actions, seat(mod: mod) = seat) do
    m = with_mode(seat, machine(state: state, data: data, modules: [mod]))
    # The start counts as a change into the first state.
    proceed(:changed, :start, actions, seat, m, m)
  end

  @doc """
  Reads the module's callback mode into the machine.
  """
  def with_mode(seat(mod: mod) = seat, m) do
    case attempt(do: mod.callback_mode()) do
      {@raised, class, reason, stack} ->
        leave(class, reason, stack, handled(:start), seat, m)

      answer ->
        wishes = as_list(answer)

        case :lists.delete(:state_enter, wishes) do
          [mode] when mode == :state_functions or mode == :handle_event_function ->
            machine(m, mode: mode, enter: :lists.member(:state_enter, wishes))

          _ ->
            fail({:bad_return_from_callback_mode, answer}, handled(:start), seat, m)
        end
    end
  end

  def state(machine(state: state, data: data)), do: {state, data}
  def with_state(state, data, m), do: machine(m, state: state, data: data)

  def inventory(machine(modules: modules, timers: timers, postponed: postponed)),
    do: {modules, :cordial_statem_timer.list(timers), :lists.reverse(postponed)}

  @doc """
  The event of a timer that has rung, or `:stranger`.
  """
  def rung(timer, kind, machine(timers: timers) = m) do
    case :cordial_statem_timer.rung(timer, kind, timers) do
      {content, timers} -> {{kind, content}, machine(m, timers: timers)}
      :stranger -> :stranger
    end
  end

  # --- events ----------------------------------------------------------------------------------

  @doc """
  Lets the machine have an event from outside. Never returns: ends in the engine's wait for messages.
  """
  def receive_event(event, seat(debug: []) = seat, m), do: handle(event, seat, m)
  def receive_event(event, seat, m), do: handle(event, note(seat, {:in, event, machine(m, :state)}), m)

  defp handle({type, content} = event, seat, m) do
    machine(state: state, data: data, timers: timers) = m
    # An event of whatever kind is what the event time-out waited for.
    m = if timers == %{}, do: m, else: machine(m, timers: :cordial_statem_timer.cancel(:timeout, timers))

    case read(ask(type, content, seat, m), state, data) do
      {:stay, how, next, data, actions} ->
        proceed(how, event, actions, seat, m, machine(m, state: next, data: data))

      {:stop, reason, replies, data} ->
        :gen_statem.reply(as_list(replies))
        leave(:exit, reason, [], [event], seat, machine(m, data: data))

      {:raised, class, reason, stack} ->
        leave(class, reason, stack, [event], seat, m)

      {:bad, answer} ->
        fail({:bad_return_from_state_function, answer}, [event], seat, m)
    end
  end

  defp ask(type, content, seat(mod: mod), machine(mode: mode, state: state, data: data)) do
    case mode do
      :state_functions -> attempt(do: :erlang.apply(mod, state, [type, content, data]))
      :handle_event_function -> attempt(do: mod.handle_event(type, content, state, data))
    end
  end

  # What a callback's answer means: to stay alive as {how, state, data, actions}, to stop, or nothing.
  defp read(answer, state, data) do
    case answer do
      {:next_state, next, data} -> {:stay, change(state, next), next, data, []}
      {:next_state, next, data, actions} -> {:stay, change(state, next), next, data, actions}
      {:keep_state, data} -> {:stay, :same, state, data, []}
      {:keep_state, data, actions} -> {:stay, :same, state, data, actions}
      {:keep_state_and_data, actions} -> {:stay, :same, state, data, actions}
      :keep_state_and_data -> {:stay, :same, state, data, []}
      {:repeat_state, data} -> {:stay, :repeated, state, data, []}
      {:repeat_state, data, actions} -> {:stay, :repeated, state, data, actions}
      {:repeat_state_and_data, actions} -> {:stay, :repeated, state, data, actions}
      :repeat_state_and_data -> {:stay, :repeated, state, data, []}
      :stop -> {:stop, :normal, [], data}
      {:stop, reason} -> {:stop, reason, [], data}
      {:stop, reason, data} -> {:stop, reason, [], data}
      {:stop_and_reply, reason, replies} -> {:stop, reason, replies, data}
      {:stop_and_reply, reason, replies, data} -> {:stop, reason, replies, data}
      {@raised, class, reason, stack} -> {:raised, class, reason, stack}
      other -> {:bad, other}
    end
  end

  defp change(state, next), do: if(state === next, do: :same, else: :changed)

  defp as_list(actions) when :erlang.is_list(actions), do: actions
  defp as_list(action), do: [action]

  # --- transitions -----------------------------------------------------------------------------
  # A plan collects what actions ask for, to be done when all of them are known: the events that are being
  # handled, events to go in front and time-outs (both the newest first), whether to postpone the event, whether to hibernate.

  Record.defrecordp(:plan, events: [], front: [], timeouts: [], postpone: false, hibernate: false)

  # After a callback: actions are looked at, old events come back, the state hears of its beginning.
  # `event` is what the callback got, or :start; `before` is the machine as it was then.
  defp proceed(how, event, actions, seat, before, m) do
    events = handled(event)
    {seat, m, plan} = act(as_list(actions), seat, m, plan(events: events))
    m = if plan(plan, :postpone), do: machine(m, postponed: [event | machine(m, :postponed)]), else: m
    m = if how == :changed, do: renewed(m), else: m
    {seat, m, plan} = if how == :same, do: {seat, m, plan}, else: announce(seat, events, before, m, plan)

    plan(front: front, timeouts: timeouts, postpone: postpone, hibernate: hibernate) = plan
    seat = if event == :start, do: seat, else: conclude(seat, event, postpone, before, m)
    {seat, timers} = set(timeouts, seat, m)
    m = machine(m, timers: timers, queue: :lists.reverse(front, machine(m, :queue)))
    go_on(seat, m, if(hibernate, do: :hibernate, else: :infinity))
  end

  # Events in the queue come first, then time-outs of no time, then messages.
  defp go_on(seat, machine(queue: [event | queue]) = m, _patience), do: handle(event, seat, machine(m, queue: queue))

  defp go_on(seat, machine(timers: timers) = m, patience) do
    case :cordial_statem_timer.due(timers) do
      :none -> :gen_statem.wait(seat, m, patience)
      {event, timers} -> receive_event(event, seat, machine(m, timers: timers))
    end
  end

  defp conclude(seat(debug: []) = seat, _event, _postpone, _before, _m), do: seat

  defp conclude(seat, event, postpone, machine(state: old), machine(state: state)) do
    where = if old === state, do: state, else: {old, state}
    note(seat, {if(postpone, do: :postpone, else: :consume), event, where})
  end

  # The last wish for a time-out of a kind is the one that counts.
  defp set([], seat, machine(timers: timers)), do: {seat, timers}

  defp set(timeouts, seat, machine(state: state, timers: timers)) do
    started = for {_, _, _, _} = action <- timeouts, do: action
    seat = :lists.foldl(fn action, seat -> note(seat, {:start_timer, action, state}) end, seat, started)
    {seat, :lists.foldr(&:cordial_statem_timer.set/2, timers, timeouts)}
  end

  # Another state gets the postponed events again, oldest first, and a state time-out ends with its state.
  defp renewed(machine(queue: queue, postponed: postponed, timers: timers) = m) do
    timers = :cordial_statem_timer.cancel(:state_timeout, timers)
    machine(m, queue: :lists.reverse(postponed, queue), postponed: [], timers: timers)
  end

  defp handled(:start), do: [internal: :init_state]
  defp handled(event), do: [event]

  defp announce(seat, _events, _before, machine(enter: false) = m, plan), do: {seat, m, plan}

  # Should the callback fail, the machine ends as the one it was before.
  defp announce(seat, events, machine(state: old) = before, machine(state: state, data: data) = m, plan) do
    case read(ask(:enter, old, seat, m), state, data) do
      {:stay, how, ^state, data, actions} when how != :changed ->
        plan(front: front, postpone: postpone) = plan
        {seat, m, plan} = act(as_list(actions), seat, machine(m, data: data), plan(plan, postpone: false))

        # There is no event that the beginning of a state could postpone, and none to come before.
        if plan(plan, :postpone) or plan(plan, :front) != front,
          do: fail({:bad_state_enter_action_from_state_function, actions}, events, seat, before)

        plan = plan(plan, postpone: postpone)
        if how == :repeated, do: announce(seat, events, m, m, plan), else: {seat, m, plan}

      {:stop, reason, replies, data} ->
        :gen_statem.reply(as_list(replies))
        leave(:exit, reason, [], events, seat, machine(m, data: data))

      {:raised, class, reason, stack} ->
        leave(class, reason, stack, events, seat, before)

      {:stay, :changed, next, data, actions} ->
        answer = if actions == [], do: {:next_state, next, data}, else: {:next_state, next, data, actions}
        fail({:bad_state_enter_return_from_state_function, answer}, events, seat, m)

      {:bad, answer} ->
        fail({:bad_state_enter_return_from_state_function, answer}, events, seat, m)
    end
  end

  defp act([], seat, m, plan), do: {seat, m, plan}

  defp act([action | rest], seat, m, plan) do
    case action do
      {:reply, {pid, _tag} = from, reply} when :erlang.is_pid(pid) ->
        :gen_statem.reply(from, reply)
        act(rest, note(seat, {:out, reply, from}), m, plan)

      {:next_event, type, content} ->
        if not event_type?(type), do: fail({:bad_action_from_state_function, action}, plan(plan, :events), seat, m)
        event = {type, content}
        act(rest, note(seat, {:in, event, machine(m, :state)}), m, plan(plan, front: [event | plan(plan, :front)]))

      :postpone ->
        act(rest, seat, m, plan(plan, postpone: true))

      {:postpone, flag} when :erlang.is_boolean(flag) ->
        act(rest, seat, m, plan(plan, postpone: flag))

      :hibernate ->
        act(rest, seat, m, plan(plan, hibernate: true))

      {:hibernate, flag} when :erlang.is_boolean(flag) ->
        act(rest, seat, m, plan(plan, hibernate: flag))

      {:change_callback_module, mod} ->
        {seat, m} = use_modules([mod | tl(machine(m, :modules))], seat, m)
        act(rest, seat, m, plan)

      {:push_callback_module, mod} ->
        {seat, m} = use_modules([mod | machine(m, :modules)], seat, m)
        act(rest, seat, m, plan)

      :pop_callback_module when :erlang.tl(machine(m, :modules)) != [] ->
        {seat, m} = use_modules(tl(machine(m, :modules)), seat, m)
        act(rest, seat, m, plan)

      _ ->
        case :cordial_statem_timer.read(action) do
          :no_timer -> fail({:bad_action_from_state_function, action}, plan(plan, :events), seat, m)
          timeout -> act(rest, seat, m, plan(plan, timeouts: [timeout | plan(plan, :timeouts)]))
        end
    end
  end

  defp event_type?(type) do
    case type do
      {:call, {pid, _tag}} -> :erlang.is_pid(pid)
      {:timeout, _name} -> true
      type -> type in [:cast, :info, :internal, :timeout, :state_timeout]
    end
  end

  defp use_modules([mod | _] = modules, seat, m) do
    seat = note(seat(seat, mod: mod), {:module, mod, machine(m, :state)})
    {seat, with_mode(seat, machine(m, modules: modules))}
  end

  defp note(seat(debug: []) = seat, _event), do: seat
  defp note(seat, event), do: :cordial_server.note(seat, &:gen_statem.print_event/3, event)

  # --- the end ---------------------------------------------------------------------------------

  # What a callback asked for means nothing.
  defp fail(reason, events, seat, m) do
    {_, stack} = :erlang.process_info(:erlang.self(), :current_stacktrace)
    leave(:error, reason, tl(stack), events, seat, m)
  end

  @doc """
  Ends the machine; `events` are those that were being handled.
  """
  def leave(class, reason, stack, events, seat(mod: mod) = seat, m) do
    machine(state: state, data: data, queue: queue) = m
    seat = note(seat, {:terminate, reason, state})

    :cordial_server.finish(
      class,
      reason,
      stack,
      fn _seen -> if :erlang.function_exported(mod, :terminate, 3), do: mod.terminate(reason, state, data) end,
      fn class, reason, stack -> report({class, reason, stack}, events ++ queue, seat, m) end
    )
  end

  @doc """
  Tells of a machine that has no state yet.
  """
  def report_unborn(reason, seat), do: report(reason, [], seat, machine(state: :undefined, data: :undefined))

  defp report(reason, queue, seat(name: name, debug: debug) = seat, m) do
    machine(mode: mode, enter: enter) = m
    {modules, timeouts, postponed} = inventory(m)

    client =
      case queue do
        [{{:call, from}, _} | _] -> :cordial_server.client(from)
        _ -> :undefined
      end

    report = %{
      name: name,
      queue: queue,
      postponed: postponed,
      modules: modules,
      callback_mode: mode,
      state_enter: enter,
      state: presentable(seat, m),
      timeouts: timeouts,
      log: :sys.get_log(debug),
      reason: reason,
      client_info: client
    }

    :cordial_server.report(:error, {:gen_statem, :terminate}, report, &:gen_statem.format_log/2)
  end

  @doc """
  State and data as the module wants others to see them.
  """
  def presentable(seat(mod: mod), machine(state: state, data: data)) do
    try do
      status = :cordial_server.presentable(mod, %{state: state, data: data})
      {:maps.get(:state, status), :maps.get(:data, status)}
    catch
      _, _ -> {state, ~c"gen_statem:format_status/1 crashed"}
    end
  end
end
