# The server with one state: calls, casts and other messages become callbacks.
defmodule :gen_server do
  @moduledoc false
  use :cordial_server

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

  @raised :"$cordial_raised"

  # --- for clients -----------------------------------------------------------------------------

  for {fun, bond} <- [start: :nolink, start_link: :link, start_monitor: :monitor] do
    def unquote(fun)(mod, args, options),
      do: :cordial_server.start(:gen_server, unquote(bond), :anonymous, mod, args, options)

    def unquote(fun)(address, mod, args, options),
      do: :cordial_server.start(:gen_server, unquote(bond), address, mod, args, options)
  end

  def call(server, request),
    do: :cordial_call.ask!(server, :"$gen_call", request, 5000, {:gen_server, :call, [server, request]})

  def call(server, request, timeout) do
    call = {:gen_server, :call, [server, request, timeout]}
    :cordial_call.ask!(server, :"$gen_call", request, timeout, call)
  end

  def cast(server, request), do: :cordial_address.post(server, {:"$gen_cast", request})
  def reply(client, reply), do: :cordial_call.reply(client, reply)
  def send_request(server, request), do: :cordial_call.request(server, :"$gen_call", request)

  def send_request(server, request, label, known),
    do: :cordial_call.add(send_request(server, request), label, known)

  def abcast(name, request), do: abcast([:erlang.node() | :erlang.nodes()], name, request)

  def abcast(nodes, name, request) do
    :lists.foreach(fn node -> cast({name, node}, request) end, nodes)
    :abcast
  end

  def multi_call(name, request), do: multi_call([:erlang.node() | :erlang.nodes()], name, request)
  def multi_call(nodes, name, request), do: multi_call(nodes, name, request, :infinity)

  # All nodes are asked at once; those that do not answer in time are the second list.
  def multi_call(nodes, name, request, timeout) do
    limit = if timeout == :infinity, do: :infinity, else: {:abs, :erlang.monotonic_time(:millisecond) + timeout}
    asked = :lists.map(fn node -> {node, send_request({name, node}, request)} end, nodes)
    answers = :lists.map(fn {node, id} -> {node, receive_response(id, limit)} end, asked)

    good = for {node, {:reply, reply}} <- answers, do: {node, reply}
    bad = for {node, answer} <- answers, not :erlang.is_tuple(answer) or :erlang.element(1, answer) == :error, do: node
    {good, bad}
  end

  def enter_loop(mod, options, state), do: enter_loop(mod, options, state, :erlang.self(), :infinity)

  # The fourth argument is either of the two that may follow.
  def enter_loop(mod, options, state, either) do
    case either do
      {:continue, _} -> enter_loop(mod, options, state, :erlang.self(), either)
      address when :erlang.is_tuple(address) -> enter_loop(mod, options, state, address, :infinity)
      pid when :erlang.is_pid(pid) -> enter_loop(mod, options, state, pid, :infinity)
      patience -> enter_loop(mod, options, state, :erlang.self(), patience)
    end
  end

  def enter_loop(mod, options, state, address, patience),
    do: :cordial_server.become(:gen_server, mod, options, address, {state, patience})

  # --- the engine ------------------------------------------------------------------------------
  # What a callback asks for besides a new state is its *patience*: how long to wait for the next
  # message, `:hibernate`, or `{:continue, argument}`.

  @doc false
  def begin(mod, args), do: mod.init(args)

  @doc false
  def accept({:ok, state}), do: {:ok, {state, :infinity}}
  def accept({:ok, state, patience}), do: {:ok, {state, patience}}
  def accept(other), do: {:error, {:bad_return_value, other}}

  @doc false
  def enter({state, patience}, seat), do: go_on(seat, state, patience)

  # Most answers ask for nothing.
  defp go_on(seat, state, :infinity), do: wait(seat, state, :infinity)

  defp go_on(seat(mod: mod) = seat, state, {:continue, argument} = what) do
    seat = note(seat, what)
    settle(attempt(do: mod.handle_continue(argument, state)), what, seat, state)
  end

  defp go_on(seat, state, patience), do: wait(seat, state, patience)

  @doc false
  def serve({:"$gen_call", from, request} = message, seat, state) do
    seat(mod: mod) = seat = heard(seat, message)

    case attempt(do: mod.handle_call(request, from, state)) do
      {:reply, reply, next} ->
        :cordial_call.reply(from, reply)
        go_on(answered(seat, reply, from, next), next, :infinity)

      {:reply, reply, next, patience} ->
        :cordial_call.reply(from, reply)
        go_on(answered(seat, reply, from, next), next, patience)

      {:stop, reason, reply, next} ->
        # The client learns of it when the last callback has run, also if that one fails.
        try do
          leave(:exit, reason, [], message, seat, next)
        after
          :cordial_call.reply(from, reply)
        end

      other ->
        settle(other, message, seat, state)
    end
  end

  def serve({:"$gen_cast", request} = message, seat, state) do
    seat(mod: mod) = seat = heard(seat, message)
    settle(attempt(do: mod.handle_cast(request, state)), message, seat, state)
  end

  def serve(message, seat, state) do
    seat(mod: mod) = seat = heard(seat, message)

    case attempt(do: mod.handle_info(message, state)) do
      {@raised, :error, :undef, _} = raised ->
        case :erlang.function_exported(mod, :handle_info, 2) do
          true -> settle(raised, message, seat, state)
          false -> ignore(message, seat, state)
        end

      result ->
        settle(result, message, seat, state)
    end
  end

  defp ignore(message, seat(mod: mod) = seat, state) do
    report = %{module: mod, message: message}
    :cordial_server.report(:warning, {:gen_server, :no_handle_info}, report, &:gen_server.format_log/2)
    go_on(seat, state, :infinity)
  end

  # What a callback that owes no reply has returned.
  defp settle({:noreply, next}, _message, seat, _state), do: go_on(note(seat, {:noreply, next}), next, :infinity)

  defp settle({:noreply, next, patience}, _message, seat, _state),
    do: go_on(note(seat, {:noreply, next}), next, patience)

  defp settle({:stop, reason, next}, message, seat, _state), do: leave(:exit, reason, [], message, seat, next)

  defp settle({@raised, class, reason, stack}, message, seat, state),
    do: leave(class, reason, stack, message, seat, state)

  defp settle(other, message, seat, state),
    do: leave(:exit, {:bad_return_value, other}, [], message, seat, state)

  defp heard(seat(debug: []) = seat, _message), do: seat
  defp heard(seat, message), do: :cordial_server.note(seat, &print_event/3, {:in, message})

  defp answered(seat(debug: []) = seat, _reply, _from, _state), do: seat

  defp answered(seat, reply, from, state),
    do: :cordial_server.note(seat, &print_event/3, {:out, reply, from, state})

  defp note(seat(debug: []) = seat, _event), do: seat
  defp note(seat, event), do: :cordial_server.note(seat, &print_event/3, event)

  # --- the end ---------------------------------------------------------------------------------

  @doc false
  def leave(reason, message, seat, state), do: leave(:exit, reason, [], message, seat, state)

  defp leave(class, reason, stack, message, seat(mod: mod) = seat, state) do
    :cordial_server.finish(
      class,
      reason,
      stack,
      fn seen -> if :erlang.function_exported(mod, :terminate, 2), do: mod.terminate(seen, state) end,
      fn _class, reason, stack -> report(reason, stack, message, seat, state) end
    )
  end

  defp report(reason, stack, message, seat(mod: mod, name: name, debug: debug), state) do
    reason = if stack == [], do: reason, else: {reason, stack}
    status = %{state: state, message: message, reason: reason, log: :sys.get_log(debug)}
    %{state: state, message: last, reason: reason, log: log} = for_log(mod, status)

    client =
      case message do
        {:"$gen_call", from, _} -> from
        _ -> :nobody
      end

    report = %{
      name: name,
      last_message: last,
      state: state,
      log: log,
      reason: reason,
      client_info: :cordial_server.client(client)
    }

    :cordial_server.report(:error, {:gen_server, :terminate}, report, &:gen_server.format_log/2)
  end

  # A module may hide parts of its state from logs; if it fails to, nothing of the state is shown.
  defp for_log(mod, status) do
    try do
      case :erlang.function_exported(mod, :format_status, 2) do
        true -> %{status | state: mod.format_status(:terminate, [:erlang.get(), :maps.get(:state, status)])}
        false -> :cordial_server.presentable(mod, status)
      end
    catch
      _, _ -> %{status | state: ~c"gen_server:format_status/1 crashed"}
    end
  end

  # --- seen from outside -----------------------------------------------------------------------

  @doc false
  def show(state), do: state

  @doc false
  def alter(fun, state) do
    state = fun.(state)
    {state, state}
  end

  @doc false
  def upgrade(state, seat(mod: mod), vsn, extra), do: mod.code_change(vsn, state, extra)

  @doc false
  def describe(option, dictionary, {condition, parent, log}, seat(mod: mod), state) do
    specific =
      case :erlang.function_exported(mod, :format_status, 2) do
        true -> mod.format_status(option, [dictionary, state])
        false -> [{:data, [{~c"State", :maps.get(:state, :cordial_server.presentable(mod, %{state: state}))}]}]
      end

    specific = if :erlang.is_list(specific), do: specific, else: [specific]
    rows = [{~c"Status", condition}, {~c"Parent", parent}, {~c"Logged events", log}]
    {~c"Status for generic server", rows, specific}
  end

  # --- texts -----------------------------------------------------------------------------------

  def format_log(report), do: format_log(report, %{})

  def format_log(%{label: {_, :terminate}} = report, _config) do
    %{name: name, last_message: message, state: state, reason: reason} = report

    :io_lib.format(
      ~c"** Generic server ~tp terminating ~n** Last message in was ~tp~n** When Server state == ~tp~n** Reason for termination ==~n** ~tp~n",
      [name, message, state, reason]
    )
  end

  def format_log(%{label: {_, :no_handle_info}, module: mod, message: message}, _config),
    do: :io_lib.format(~c"** Undefined handle_info in ~tp~n** Unhandled message: ~tp~n", [mod, message])

  @doc false
  def print_event(device, event, name) do
    {format, args} =
      case event do
        {:in, {:"$gen_call", {client, _tag}, request}} -> {~c"got call ~tp from ~tw", [request, client]}
        {:in, {:"$gen_cast", request}} -> {~c"got cast ~tp", [request]}
        {:in, message} -> {~c"got ~tp", [message]}
        {:out, reply, {client, _tag}, state} -> {~c"sent ~tp to ~tw, new state ~tp", [reply, client, state]}
        {:noreply, state} -> {~c"new state ~tp", [state]}
        other -> {~c"dbg  ~tp", [other]}
      end

    :io.format(device, ~c"*DBG* ~tp " ++ format ++ ~c"~n", [name | args])
  end
end
