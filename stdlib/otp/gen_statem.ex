# The state machine: what clients call, and the engine's view of messages. `:cordial_statem` has the machine.
defmodule :gen_statem do
  @moduledoc false
  use :cordial_server

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

  # --- for clients -----------------------------------------------------------------------------

  for {fun, bond} <- [start: :nolink, start_link: :link, start_monitor: :monitor] do
    def unquote(fun)(mod, args, options),
      do: :cordial_server.start(:gen_statem, unquote(bond), :anonymous, mod, args, options)

    def unquote(fun)(address, mod, args, options),
      do: :cordial_server.start(:gen_statem, unquote(bond), address, mod, args, options)
  end

  def cast(server, event), do: :cordial_address.post(server, {:"$gen_cast", event})
  def call(server, request), do: call(server, request, :infinity)

  # Late answers reach nobody here, so a clean and a dirty time-out are the same.
  def call(server, request, timeout) do
    limit =
      case timeout do
        {kind, limit} when kind == :clean_timeout or kind == :dirty_timeout -> limit
        limit -> limit
      end

    call = {:gen_statem, :call, [server, request, timeout]}
    :cordial_call.ask!(server, :"$gen_call", request, limit, call)
  end

  def send_request(server, request), do: :cordial_call.request(server, :"$gen_call", request)

  def send_request(server, request, label, known),
    do: :cordial_call.add(send_request(server, request), label, known)

  def receive_response(id), do: receive_response(id, :infinity)
  def wait_response(id), do: wait_response(id, :infinity)

  def reply({:reply, from, reply}), do: reply(from, reply)
  def reply(replies) when :erlang.is_list(replies), do: :lists.foreach(&reply/1, replies)
  def reply(from, reply), do: :cordial_call.reply(from, reply)

  def enter_loop(mod, options, state, data), do: enter_loop(mod, options, state, data, :erlang.self(), [])

  def enter_loop(mod, options, state, data, actions) when :erlang.is_list(actions),
    do: enter_loop(mod, options, state, data, :erlang.self(), actions)

  def enter_loop(mod, options, state, data, address), do: enter_loop(mod, options, state, data, address, [])

  def enter_loop(mod, options, state, data, address, actions),
    do: :cordial_server.become(:gen_statem, mod, options, address, {state, data, actions})

  # --- the engine ------------------------------------------------------------------------------

  @doc false
  def begin(mod, args), do: mod.init(args)

  @doc false
  def accept({:ok, state, data}), do: {:ok, {state, data, []}}
  def accept({:ok, state, data, actions}), do: {:ok, {state, data, actions}}
  def accept(other), do: {:error, {:bad_return_from_init, other}}

  # Of all engines this one alone tells of a machine that did not begin.
  @doc false
  def reject(class, reason, stack, seat) do
    :cordial_statem.report_unborn({class, reason, stack}, seat)
    reason
  end

  @doc false
  def enter({state, data, actions}, seat), do: :cordial_statem.start(state, data, actions, seat)

  @doc false
  def serve({:"$gen_call", from, request}, seat, machine),
    do: :cordial_statem.receive_event({{:call, from}, request}, seat, machine)

  def serve({:"$gen_cast", event}, seat, machine), do: :cordial_statem.receive_event({:cast, event}, seat, machine)

  def serve({:timeout, timer, kind} = message, seat, machine) do
    case :cordial_statem.rung(timer, kind, machine) do
      {event, machine} -> :cordial_statem.receive_event(event, seat, machine)
      :stranger -> :cordial_statem.receive_event({:info, message}, seat, machine)
    end
  end

  def serve(message, seat, machine), do: :cordial_statem.receive_event({:info, message}, seat, machine)

  @doc false
  def leave(reason, _message, seat, machine), do: :cordial_statem.leave(:exit, reason, [], [], seat, machine)

  @doc false
  def show(machine), do: :cordial_statem.state(machine)

  @doc false
  def alter(fun, machine) do
    {state, data} = shown = fun.(show(machine))
    {shown, :cordial_statem.with_state(state, data, machine)}
  end

  @doc false
  def upgrade(machine, seat(mod: mod) = seat, vsn, extra) do
    {state, data} = show(machine)

    case mod.code_change(vsn, state, data, extra) do
      {:ok, state, data} -> {:ok, :cordial_statem.with_mode(seat, :cordial_statem.with_state(state, data, machine))}
      other -> other
    end
  end

  @doc false
  def describe(_option, _dictionary, {condition, parent, log}, seat, machine) do
    {modules, timeouts, postponed} = :cordial_statem.inventory(machine)

    rows = [
      {~c"Status", condition},
      {~c"Parent", parent},
      {~c"Modules", modules},
      {~c"Time-outs", timeouts},
      {~c"Logged Events", log},
      {~c"Postponed", postponed}
    ]

    state = :cordial_statem.presentable(seat, machine)
    {~c"Status for state machine", rows, [{:data, [{~c"State", state}]}]}
  end

  # --- texts -----------------------------------------------------------------------------------

  def format_log(report), do: format_log(report, %{})

  def format_log(%{label: {_, :terminate}} = report, _config) do
    %{name: name, queue: queue, state: state, reason: {class, reason, stack}} = report
    %{modules: modules, postponed: postponed} = report

    :io_lib.format(
      ~c"** State machine ~tp terminating~n** Last event = ~tp~n** When server state  = ~tp~n** Reason for termination = ~tp:~tp~n** Callback modules = ~tp~n** Postponed = ~tp~n** Stacktrace =~n**  ~tp~n",
      [name, :lists.sublist(queue, 1), state, class, reason, modules, postponed, stack]
    )
  end

  @doc false
  def print_event(device, event, name) do
    {format, args} =
      case event do
        {:in, event, state} -> {~c"receive ~ts in state ~tp", [text(event), state]}
        {:out, reply, {client, _tag}} -> {~c"send ~tp to ~tw", [reply, client]}
        {:enter, state} -> {~c"enter in state ~tp", [state]}
        {:module, mod, state} -> {~c"module ~tp in state ~tp", [mod, state]}
        {:terminate, reason, state} -> {~c"terminate ~tp in state ~tp", [reason, state]}
        {:start_timer, timer, state} -> {~c"start_timer ~tp in state ~tp", [timer, state]}
        {:insert_timeout, event, state} -> {~c"insert_timeout ~tp in state ~tp", [event, state]}
        {:code_change, event, state} -> {~c"~tp in state ~tp", [event, state]}
        {what, event, {state, next}} -> {~c"~tw ~ts in state ~tp => ~tp", [what, text(event), state, next]}
        {what, event, state} -> {~c"~tw ~ts in state ~tp", [what, text(event), state]}
        other -> {~c"~tp", [other]}
      end

    :io.format(device, ~c"*DBG* ~tp " ++ format ++ ~c"~n", [name | args])
  end

  defp text({{:call, {client, _tag}}, request}), do: :io_lib.format(~c"call ~tp from ~tw", [request, client])
  defp text({type, content}), do: :io_lib.format(~c"~tw ~tp", [type, content])
end
