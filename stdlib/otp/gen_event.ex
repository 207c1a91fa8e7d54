# The event manager: one process, many handlers.
defmodule :gen_event do
  @moduledoc false
  use :cordial_server

  @callback init(term) :: term
  @callback handle_event(term, term) :: term
  @callback handle_call(term, term) :: term
  @callback handle_info(term, term) :: term
  @callback terminate(term, term) :: term
  @callback code_change(term, term, term) :: term
  @callback format_status(term) :: term
  @callback format_status(term, list) :: term
  @optional_callbacks handle_info: 2, terminate: 2, code_change: 3, format_status: 1, format_status: 2

  @raised :"$cordial_raised"

  # --- for clients -----------------------------------------------------------------------------

  for {fun, bond} <- [start: :nolink, start_link: :link, start_monitor: :monitor] do
    def unquote(fun)(), do: unquote(fun)(:anonymous, [])
    def unquote(fun)(options) when :erlang.is_list(options), do: unquote(fun)(:anonymous, options)
    def unquote(fun)(address), do: unquote(fun)(address, [])

    def unquote(fun)(address, options),
      do: :cordial_server.start(:gen_event, unquote(bond), address, :gen_event, [], options)
  end

  def notify(manager, event) do
    case manager do
      name when :erlang.is_atom(name) -> :erlang.send(name, {:notify, event})
      _ -> :cordial_address.post(manager, {:notify, event})
    end

    :ok
  end

  def sync_notify(manager, event), do: ask(manager, {:sync_notify, event})
  def add_handler(manager, handler, args), do: ask(manager, {:add, handler, args, false})
  def add_sup_handler(manager, handler, args), do: ask(manager, {:add, handler, args, :erlang.self()})
  def delete_handler(manager, handler, args), do: ask(manager, {:delete, handler, args})
  def swap_handler(manager, old, new), do: ask(manager, {:swap, old, new, false})
  def swap_sup_handler(manager, old, new), do: ask(manager, {:swap, old, new, :erlang.self()})
  def which_handlers(manager), do: ask(manager, :which)

  def call(manager, handler, query),
    do: query(manager, handler, query, 5000, [manager, handler, query])

  def call(manager, handler, query, timeout),
    do: query(manager, handler, query, timeout, [manager, handler, query, timeout])

  defp query(manager, handler, query, timeout, args),
    do: :cordial_call.ask!(manager, :"$gen_event", {:call, handler, query}, timeout, {:gen_event, :call, args})

  def send_request(manager, handler, query),
    do: :cordial_call.request(manager, :"$gen_event", {:call, handler, query})

  def send_request(manager, handler, query, label, known),
    do: :cordial_call.add(send_request(manager, handler, query), label, known)

  defp ask(manager, request) do
    case :cordial_call.ask(:cordial_address.find(manager), :"$gen_event", request, :infinity) do
      {:ok, reply} -> reply
      {:exit, reason} -> :erlang.exit(reason)
    end
  end

  # --- the engine ------------------------------------------------------------------------------
  # The state is the list of handlers, the newest first: {module, id, state, supervisor}. The id is
  # false for a handler known by its module; the supervisor is false or the process that added it.

  @doc false
  def begin(_mod, _args) do
    :erlang.put(:"$initial_call", {:gen_event, :init_it, 6})
    :erlang.process_flag(:trap_exit, true)
    :started
  end

  @doc false
  def accept(:started), do: {:ok, []}

  @doc false
  def enter(handlers, seat), do: wait(seat, handlers, :infinity)

  @doc false
  def serve({:notify, event} = message, seat, handlers) do
    seat = heard(seat, message)
    pass_on(:handle_event, event, seat, handlers)
  end

  def serve({:"$gen_event", from, {:sync_notify, event}} = message, seat, handlers) do
    seat = heard(seat, message)
    {handlers, patience} = all(:handle_event, event, seat, handlers)
    :cordial_call.reply(from, :ok)
    wait(seat, handlers, patience)
  end

  def serve({:"$gen_event", from, request} = message, seat, handlers) do
    seat = heard(seat, message)
    {reply, handlers, patience} = answer(request, seat, handlers)
    :cordial_call.reply(from, reply)
    wait(seat, handlers, patience)
  end

  def serve({:EXIT, pid, reason} = message, seat, handlers) do
    case :lists.partition(fn {_, _, _, supervisor} -> supervisor == pid end, handlers) do
      {[], _} ->
        pass_on(:handle_info, message, seat, handlers)

      {orphans, rest} ->
        :lists.foreach(fn handler -> farewell(handler, {:stop, reason}) end, orphans)
        pass_on(:handle_info, message, seat, rest)
    end
  end

  def serve(message, seat, handlers) do
    seat = heard(seat, message)
    pass_on(:handle_info, message, seat, handlers)
  end

  defp pass_on(callback, event, seat, handlers) do
    {handlers, patience} = all(callback, event, seat, handlers)
    wait(seat, handlers, patience)
  end

  defp answer(:which, _seat, handlers), do: {:lists.map(&key/1, handlers), handlers, :infinity}

  defp answer({:add, key, args, supervisor}, _seat, handlers), do: install(key, args, supervisor, handlers)

  defp answer({:delete, key, args}, _seat, handlers) do
    case take(key, handlers) do
      {handler, rest} ->
        reply = farewell(handler, args)
        tell(handler, :normal)
        {reply, rest, :infinity}

      :none ->
        {{:error, :module_not_found}, handlers, :infinity}
    end
  end

  defp answer({:swap, {old, args1}, {new, args2}, supervisor}, _seat, handlers) do
    case take(old, handlers) do
      {handler, rest} -> replace(handler, args1, new, args2, supervisor, rest)
      :none -> install(new, {args2, :error}, supervisor, handlers)
    end
  end

  defp answer({:call, key, query}, seat, handlers) do
    case take(key, handlers) do
      {{mod, id, state, supervisor} = handler, rest} ->
        case attempt(do: mod.handle_call(query, state)) do
          {:ok, reply, new} ->
            {reply, put(key, {mod, id, new, supervisor}, handlers), :infinity}

          {:ok, reply, new, :hibernate} ->
            {reply, put(key, {mod, id, new, supervisor}, handlers), :hibernate}

          {:swap_handler, reply, args1, new, next, args2} ->
            {_, handlers, patience} = replace({mod, id, new, supervisor}, args1, next, args2, supervisor, rest)
            {reply, handlers, patience}

          {:remove_handler, reply} ->
            retire(handler, :remove_handler, query, seat)
            {reply, rest, :infinity}

          other ->
            retire(handler, {:error, failure(other)}, query, seat)
            {{:error, failure(other)}, rest, :infinity}
        end

      :none ->
        {{:error, :bad_module}, handlers, :infinity}
    end
  end

  # --- handlers --------------------------------------------------------------------------------

  defp key({mod, false, _, _}), do: mod
  defp key({mod, id, _, _}), do: {mod, id}

  defp take(key, handlers) do
    case :lists.splitwith(fn handler -> key(handler) != key end, handlers) do
      {newer, [handler | older]} -> {handler, newer ++ older}
      {_, []} -> :none
    end
  end

  defp put(key, new, handlers),
    do: :lists.map(fn handler -> if key(handler) == key, do: new, else: handler end, handlers)

  # The same handler may be there more than once.
  defp install(key, args, supervisor, handlers) do
    {mod, id} = if :erlang.is_tuple(key), do: key, else: {key, false}
    if supervisor, do: :erlang.link(supervisor)

    case attempt(do: mod.init(args)) do
      {:ok, state} -> {:ok, [{mod, id, state, supervisor} | handlers], :infinity}
      {:ok, state, :hibernate} -> {:ok, [{mod, id, state, supervisor} | handlers], :hibernate}
      other -> {failure(other), handlers, :infinity}
    end
  end

  # The new handler is given what the old one leaves behind, and its supervisor if it has none of its own.
  defp replace({_, _, _, watched} = handler, args1, key, args2, supervisor, rest) do
    supervisor = supervisor || watched
    legacy = farewell(handler, args1)
    tell(handler, {:swapped, key, supervisor})
    install(key, {args2, legacy}, supervisor, rest)
  end

  # Shows an event to all; those that want to sleep afterwards decide for the manager.
  defp all(callback, event, seat, handlers) do
    {kept, patience} =
      :lists.foldl(
        fn handler, {kept, patience} ->
          {now, wish} = one(callback, event, seat, handler)
          {:lists.reverse(now, kept), if(wish == :hibernate, do: wish, else: patience)}
        end,
        {[], :infinity},
        handlers
      )

    {:lists.reverse(kept), patience}
  end

  # The handlers that stand in the place of this one afterwards, and how long to wait.
  defp one(callback, event, seat, {mod, id, state, supervisor} = handler) do
    case attempt(do: shown(callback, mod, event, state)) do
      {:ok, new} ->
        {[{mod, id, new, supervisor}], :infinity}

      {:ok, new, :hibernate} ->
        {[{mod, id, new, supervisor}], :hibernate}

      {:swap_handler, args1, new, key, args2} ->
        {_, handlers, patience} = replace({mod, id, new, supervisor}, args1, key, args2, supervisor, [])
        {handlers, patience}

      :remove_handler ->
        retire(handler, :remove_handler, event, seat)
        {[], :infinity}

      other ->
        retire(handler, {:error, failure(other)}, event, seat)
        {[], :infinity}
    end
  end

  defp shown(:handle_event, mod, event, state), do: mod.handle_event(event, state)

  defp shown(:handle_info, mod, event, state) do
    case :erlang.function_exported(mod, :handle_info, 2) do
      true ->
        mod.handle_info(event, state)

      false ->
        report = %{module: mod, message: event}
        :cordial_server.report(:warning, {:gen_event, :no_handle_info}, report, &:gen_event.format_log/2)
        {:ok, state}
    end
  end

  # What a callback did instead of returning one of its values.
  defp failure({@raised, :error, reason, stack}), do: {:EXIT, {reason, stack}}
  defp failure({@raised, :exit, reason, _stack}), do: {:EXIT, reason}
  defp failure(other), do: other

  # The last callback, whose value answers a deletion or goes to the next handler.
  defp farewell({mod, _, state, _}, why) do
    case :erlang.function_exported(mod, :terminate, 2) do
      true ->
        case attempt(do: mod.terminate(why, state)) do
          {@raised, _, _, _} = raised -> failure(raised)
          value -> value
        end

      false ->
        :ok
    end
  end

  # A handler that leaves by itself, or fails.
  defp retire(handler, :remove_handler, _last, _seat) do
    farewell(handler, :remove_handler)
    tell(handler, :normal)
  end

  defp retire({_, _, state, _} = handler, {:error, reason} = why, last, seat) do
    seat(name: name, debug: debug) = seat
    farewell(handler, why)
    tell(handler, reason)

    report = %{
      handler: key(handler),
      name: name,
      last_message: last,
      state: for_log(handler, state, last, reason, debug),
      reason: reason,
      log: :sys.get_log(debug)
    }

    :cordial_server.report(:error, {:gen_event, :terminate}, report, &:gen_event.format_log/2)
  end

  defp for_log({mod, _, _, _}, state, last, reason, debug) do
    try do
      status = %{state: state, message: last, reason: reason, log: :sys.get_log(debug)}
      :maps.get(:state, :cordial_server.presentable(mod, status))
    catch
      _, _ -> ~c"gen_event:format_status/1 crashed"
    end
  end

  defp tell({_, _, _, false}, _reason), do: :ok
  defp tell({_, _, _, pid} = handler, reason), do: :erlang.send(pid, {:gen_event_EXIT, key(handler), reason})

  # --- the end, and what is seen from outside ----------------------------------------------------

  @doc false
  def leave(reason, _message, _seat, handlers) do
    :lists.foreach(
      fn handler ->
        farewell(handler, :stop)
        tell(handler, :shutdown)
      end,
      handlers
    )

    :erlang.exit(reason)
  end

  @doc false
  def show(handlers), do: for({mod, id, state, _} <- handlers, do: {mod, id, state})

  @doc false
  def alter(fun, handlers) do
    handlers =
      for {mod, id, state, supervisor} = handler <- handlers do
        try do
          {^mod, ^id, new} = fun.({mod, id, state})
          {mod, id, new, supervisor}
        catch
          _, _ -> handler
        end
      end

    {show(handlers), handlers}
  end

  @doc false
  def upgrade(handlers, _seat, vsn, extra) do
    upgraded =
      for {mod, id, state, supervisor} <- handlers do
        case :erlang.function_exported(mod, :code_change, 3) do
          true ->
            {:ok, state} = mod.code_change(vsn, state, extra)
            {mod, id, state, supervisor}

          false ->
            {mod, id, state, supervisor}
        end
      end

    {:ok, upgraded}
  end

  @doc false
  def describe(_option, _dictionary, {condition, parent, log}, _seat, handlers) do
    items =
      for {mod, id, state, supervisor} <- handlers do
        status = :cordial_server.presentable(mod, %{state: state})
        {:handler, mod, id, :maps.get(:state, status), supervisor}
      end

    rows = [{~c"Status", condition}, {~c"Logged Events", log}, {~c"Parent", parent}]
    {~c"Status for event handler", rows, [{:items, {~c"Installed handlers", items}}]}
  end

  # --- texts -----------------------------------------------------------------------------------

  defp heard(seat(debug: []) = seat, _message), do: seat
  defp heard(seat, message), do: :cordial_server.note(seat, &print_event/3, {:in, message})

  @doc false
  def print_event(device, {:in, {:notify, event}}, name),
    do: :io.format(device, ~c"*DBG* ~tp got event ~tp~n", [name, event])

  def print_event(device, {:in, {:"$gen_event", _from, {:call, key, query}}}, name),
    do: :io.format(device, ~c"*DBG* ~tp(~tp) got call ~tp~n", [name, key, query])

  def print_event(device, {:in, message}, name),
    do: :io.format(device, ~c"*DBG* ~tp got ~tp~n", [name, message])

  def print_event(device, event, name),
    do: :io.format(device, ~c"*DBG* ~tp : ~tp~n", [name, event])

  def format_log(report), do: format_log(report, %{})

  def format_log(%{label: {_, :terminate}} = report, _config) do
    %{handler: handler, name: name, last_message: message, state: state, reason: reason} = report

    :io_lib.format(
      ~c"** gen_event handler ~tp crashed.~n** Was installed in ~tp~n** Last event was: ~tp~n** When handler state == ~tp~n** Reason == ~tp~n",
      [handler, name, message, state, reason]
    )
  end

  def format_log(%{label: {_, :no_handle_info}, module: mod, message: message}, _config),
    do: :io_lib.format(~c"** Undefined handle_info in ~tp~n** Unhandled message: ~tp~n", [mod, message])
end
