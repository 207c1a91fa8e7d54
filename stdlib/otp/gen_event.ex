# The event manager: one process, many handlers.
defmodule :gen_event do
  @moduledoc false

  @callback init(term) :: term
  @callback handle_event(term, term) :: term
  @callback handle_call(term, term) :: term
  @callback handle_info(term, term) :: term
  @callback terminate(term, term) :: term
  @callback code_change(term, term, term) :: term
  @callback format_status(term) :: term
  @optional_callbacks handle_info: 2, terminate: 2, code_change: 3, format_status: 1

  # A handler is {module, id, state, supervisor pid or false}; id is false for a plain module.

  def start, do: :gen.start(:gen_event, :nolink, :no_callback, [], [])
  def start(options) when :erlang.is_list(options), do: :gen.start(:gen_event, :nolink, :no_callback, [], options)
  def start(name), do: start(name, [])
  def start(name, options), do: :gen.start(:gen_event, :nolink, name, :no_callback, [], options)
  def start_link, do: :gen.start(:gen_event, :link, :no_callback, [], [])
  def start_link(options) when :erlang.is_list(options), do: :gen.start(:gen_event, :link, :no_callback, [], options)
  def start_link(name), do: start_link(name, [])
  def start_link(name, options), do: :gen.start(:gen_event, :link, name, :no_callback, [], options)

  def init_it(starter, :self, name, mod, args, options),
    do: init_it(starter, :erlang.self(), name, mod, args, options)

  def init_it(starter, parent, server_name, _mod, _args, options) do
    :erlang.process_flag(:trap_exit, true)
    name = :gen.get_proc_name(server_name)
    :proc_lib.init_ack(starter, {:ok, :erlang.self()})
    loop(parent, name, [], :gen.debug_options(name, options))
  end

  def notify(manager, event), do: send_to(manager, {:notify, event})
  def sync_notify(manager, event), do: rpc(manager, {:sync_notify, event})
  def call(manager, handler, query), do: rpc(manager, {:call, handler, query}, 5000)
  def call(manager, handler, query, timeout), do: rpc(manager, {:call, handler, query}, timeout)
  def add_handler(manager, handler, args), do: rpc(manager, {:add_handler, handler, args})

  def add_sup_handler(manager, handler, args),
    do: rpc(manager, {:add_sup_handler, handler, args, :erlang.self()})

  def delete_handler(manager, handler, args), do: rpc(manager, {:delete_handler, handler, args})

  def swap_handler(manager, {h1, a1}, {h2, a2}), do: rpc(manager, {:swap_handler, h1, a1, h2, a2})

  def swap_sup_handler(manager, {h1, a1}, {h2, a2}),
    do: rpc(manager, {:swap_sup_handler, h1, a1, h2, a2, :erlang.self()})

  def which_handlers(manager), do: rpc(manager, :which_handlers)
  def stop(manager), do: :gen.stop(manager)
  def stop(manager, reason, timeout), do: :gen.stop(manager, reason, timeout)

  defp rpc(manager, request), do: rpc(manager, request, :infinity)

  defp rpc(manager, request, timeout) do
    {:ok, reply} = :gen.call(manager, :erlang.self(), request, timeout)
    reply
  end

  defp send_to({:global, name}, message) do
    case :global.whereis_name(name) do
      :undefined -> :ok
      pid -> send_to(pid, message)
    end
  end

  defp send_to({:via, mod, name}, message) do
    mod.send(name, message)
    :ok
  end

  defp send_to(manager, message) do
    try do
      :erlang.send(manager, message)
    catch
      _, _ -> :ok
    end

    :ok
  end

  # --- loop ------------------------------------------------------------------------------------

  defp loop(parent, name, handlers, debug) do
    receive do
      message -> handle(message, parent, name, handlers, debug)
    end
  end

  defp handle({:system, from, request}, parent, name, handlers, debug),
    do: :sys.handle_system_msg(request, from, parent, :gen_event, debug, [name, handlers])

  defp handle({:EXIT, parent, reason}, parent, name, handlers, _debug),
    do: terminate_server(reason, name, handlers)

  defp handle({:notify, event} = msg, parent, name, handlers, debug) do
    loop(parent, name, each(handlers, :handle_event, event, event, name), debug_in(debug, name, msg))
  end

  defp handle({_, from, {:sync_notify, event}}, parent, name, handlers, debug) do
    handlers = each(handlers, :handle_event, event, event, name)
    :gen.reply(from, :ok)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, {:call, id, query}}, parent, name, handlers, debug) do
    {reply, handlers} = call_one(id, query, handlers, name)
    :gen.reply(from, reply)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, {:add_handler, id, args}}, parent, name, handlers, debug) do
    {reply, handlers} = add(id, args, handlers, false)
    :gen.reply(from, reply)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, {:add_sup_handler, id, args, pid}}, parent, name, handlers, debug) do
    :erlang.link(pid)
    {reply, handlers} = add(id, args, handlers, pid)
    :gen.reply(from, reply)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, {:delete_handler, id, args}}, parent, name, handlers, debug) do
    case take(id, handlers) do
      {handler, rest} ->
        reply = terminate(handler, args, {:stop, args}, args, name, :shutdown)
        :gen.reply(from, reply)
        loop(parent, name, rest, debug)

      false ->
        :gen.reply(from, {:error, :module_not_found})
        loop(parent, name, handlers, debug)
    end
  end

  defp handle({_, from, {:swap_handler, id1, args1, id2, args2}}, parent, name, handlers, debug) do
    {reply, handlers} = swap(id1, args1, id2, args2, handlers, false, name)
    :gen.reply(from, reply)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, {:swap_sup_handler, id1, args1, id2, args2, pid}}, parent, name, handlers, debug) do
    :erlang.link(pid)
    {reply, handlers} = swap(id1, args1, id2, args2, handlers, pid, name)
    :gen.reply(from, reply)
    loop(parent, name, handlers, debug)
  end

  defp handle({_, from, :which_handlers}, parent, name, handlers, debug) do
    :gen.reply(from, :lists.map(&shown/1, handlers))
    loop(parent, name, handlers, debug)
  end

  defp handle({:EXIT, pid, reason} = msg, parent, name, handlers, debug) do
    case :lists.partition(fn {_, _, _, sup} -> sup == pid end, handlers) do
      {[], _} ->
        loop(parent, name, each(handlers, :handle_info, msg, msg, name), debug)

      {gone, rest} ->
        :lists.foreach(
          fn handler -> terminate(handler, {:stop, reason}, {:parent_terminated, pid}, reason, name, :shutdown) end,
          gone
        )

        loop(parent, name, rest, debug)
    end
  end

  defp handle(msg, parent, name, handlers, debug) do
    loop(parent, name, each(handlers, :handle_info, msg, msg, name), debug_in(debug, name, msg))
  end

  defp debug_in([], _name, _msg), do: []
  defp debug_in(debug, name, msg), do: :sys.handle_debug(debug, &print_event/3, name, {:in, msg})

  def print_event(device, {:in, msg}, name),
    do: :io.format(device, ~c"*DBG* ~tp got ~tp~n", [name, msg])

  def print_event(device, event, name), do: :io.format(device, ~c"*DBG* ~tp : ~tp~n", [name, event])

  defp shown({mod, false, _, _}), do: mod
  defp shown({mod, id, _, _}), do: {mod, id}

  defp take(wanted, handlers) do
    case :lists.splitwith(fn handler -> shown(handler) != wanted end, handlers) do
      {before, [handler | rest]} -> {handler, before ++ rest}
      {_, []} -> false
    end
  end

  # --- handlers --------------------------------------------------------------------------------

  defp add(id, args, handlers, sup) do
    {mod, own_id} =
      case id do
        {mod, own} -> {mod, own}
        mod -> {mod, false}
      end

    case take(id, handlers) do
      {_, _} ->
        {{:error, :already_exists}, handlers}

      false ->
        case attempt(fn -> mod.init(args) end) do
          {:ok, {:ok, state}} -> {:ok, [{mod, own_id, state, sup} | handlers]}
          {:ok, {:ok, state, :hibernate}} -> {:ok, [{mod, own_id, state, sup} | handlers]}
          {:ok, other} -> {other, handlers}
          {:EXIT, reason} -> {{:EXIT, reason}, handlers}
        end
    end
  end

  defp attempt(fun) do
    try do
      {:ok, fun.()}
    catch
      :throw, value -> {:ok, value}
      :error, reason -> {:EXIT, {reason, __STACKTRACE__}}
      :exit, reason -> {:EXIT, reason}
    end
  end

  defp each([], _fun, _event, _last, _name), do: []

  defp each([handler | rest], fun, event, last, name) do
    case update(handler, fun, event, last, name) do
      {:keep, handler} -> [handler | each(rest, fun, event, last, name)]
      :drop -> each(rest, fun, event, last, name)
      {:swapped, handlers} -> handlers ++ each(rest, fun, event, last, name)
    end
  end

  defp update({mod, id, state, sup} = handler, fun, event, last, name) do
    result =
      attempt(fn ->
        case fun do
          :handle_info ->
            case :erlang.function_exported(mod, :handle_info, 2) do
              true -> mod.handle_info(event, state)
              false -> {:ok, state}
            end

          :handle_event ->
            mod.handle_event(event, state)
        end
      end)

    case result do
      {:ok, {:ok, new}} ->
        {:keep, {mod, id, new, sup}}

      {:ok, {:ok, new, :hibernate}} ->
        {:keep, {mod, id, new, sup}}

      {:ok, :remove_handler} ->
        terminate(handler, :remove_handler, :remove_handler, last, name, :normal)
        :drop

      {:ok, {:swap_handler, args1, new, id2, args2}} ->
        {_, handlers} = swap_in({mod, id, new, sup}, args1, id2, args2, sup, [], name)
        {:swapped, handlers}

      {:ok, other} ->
        terminate(handler, {:error, other}, {:error, other}, last, name, :shutdown)
        :drop

      {:EXIT, reason} ->
        terminate(handler, {:error, {:EXIT, reason}}, {:error, {:EXIT, reason}}, last, name, :shutdown)
        :drop
    end
  end

  defp call_one(wanted, query, handlers, name) do
    case take(wanted, handlers) do
      false ->
        {{:error, :bad_module}, handlers}

      {{mod, id, state, sup} = handler, rest} ->
        case attempt(fn -> mod.handle_call(query, state) end) do
          {:ok, {:ok, reply, new}} ->
            {reply, replace(wanted, {mod, id, new, sup}, handlers)}

          {:ok, {:ok, reply, new, :hibernate}} ->
            {reply, replace(wanted, {mod, id, new, sup}, handlers)}

          {:ok, {:remove_handler, reply}} ->
            terminate(handler, :remove_handler, :remove_handler, query, name, :normal)
            {reply, rest}

          {:ok, {:swap_handler, reply, args1, new, id2, args2}} ->
            {_, handlers} = swap_in({mod, id, new, sup}, args1, id2, args2, sup, rest, name)
            {reply, handlers}

          {:ok, other} ->
            terminate(handler, {:error, other}, {:error, other}, query, name, :shutdown)
            {{:error, {:bad_return, other}}, rest}

          {:EXIT, reason} ->
            terminate(handler, {:error, {:EXIT, reason}}, {:error, {:EXIT, reason}}, query, name, :shutdown)
            {{:error, {:EXIT, reason}}, rest}
        end
    end
  end

  defp replace(wanted, new, handlers),
    do: :lists.map(fn h -> if shown(h) == wanted, do: new, else: h end, handlers)

  defp swap(id1, args1, id2, args2, handlers, sup, name) do
    case take(id1, handlers) do
      {handler, rest} -> swap_in(handler, args1, id2, args2, sup, rest, name)
      false -> add(id2, {args2, :error}, handlers, sup)
    end
  end

  defp swap_in(handler, args1, id2, args2, sup, rest, name) do
    state = terminate(handler, args1, {:swapped, id2, sup}, args1, name, :shutdown)
    add(id2, {args2, state}, rest, sup)
  end

  # Calls the handler's terminate, tells its supervisor, and logs an end that was an error.
  defp terminate({mod, id, state, sup}, args, how, last, name, _kind) do
    reply =
      case :erlang.function_exported(mod, :terminate, 2) do
        true ->
          case attempt(fn -> mod.terminate(args, state) end) do
            {:ok, value} -> value
            {:EXIT, _} = exit -> exit
          end

        false ->
          :ok
      end

    tell(sup, shown({mod, id, state, sup}), how)
    report(how, mod, id, state, last, name)
    reply
  end

  defp tell(false, _handler, _how), do: :ok
  defp tell(_pid, _handler, {:parent_terminated, _}), do: :ok

  defp tell(pid, handler, how) do
    reason =
      case how do
        :remove_handler -> :normal
        {:stop, _} -> :normal
        {:swapped, new, by} -> {:swapped, new, by}
        {:error, {:EXIT, why}} -> {:EXIT, why}
        {:error, why} -> why
        :shutdown -> :shutdown
        other -> other
      end

    :erlang.send(pid, {:gen_event_EXIT, handler, reason})
  end

  defp report({:error, reason}, mod, id, state, last, name) do
    :logger.log(
      :error,
      %{
        label: {:gen_event, :terminate},
        handler: shown({mod, id, state, false}),
        name: name,
        last_message: last,
        state: state,
        reason: reason,
        log: [],
        process_label: :proc_lib.get_label(:erlang.self())
      },
      %{domain: [:otp], report_cb: &:logger.format_report/1, error_logger: %{tag: :error}}
    )
  end

  defp report(_how, _mod, _id, _state, _last, _name), do: :ok

  defp terminate_server(reason, name, handlers) do
    :lists.foreach(fn h -> terminate(h, :stop, :shutdown, [], name, :shutdown) end, handlers)
    :erlang.exit(reason)
  end

  # --- system messages -------------------------------------------------------------------------

  def system_continue(parent, debug, [name, handlers]), do: loop(parent, name, handlers, debug)

  def system_terminate(reason, _parent, _debug, [name, handlers]),
    do: terminate_server(reason, name, handlers)

  def system_get_state([_name, handlers]),
    do: {:ok, for({mod, id, state, _} <- handlers, do: {mod, id, state})}

  def system_replace_state(fun, [name, handlers]) do
    new =
      for {mod, id, state, sup} <- handlers do
        {mod, id, state} = fun.({mod, id, state})
        {mod, id, state, sup}
      end

    {:ok, for({mod, id, state, _} <- new, do: {mod, id, state}), [name, new]}
  end

  def system_code_change([name, handlers], module, vsn, extra) do
    new =
      for {mod, id, state, sup} <- handlers do
        case mod == module do
          true ->
            {:ok, state} = mod.code_change(vsn, state, extra)
            {mod, id, state, sup}

          false ->
            {mod, id, state, sup}
        end
      end

    {:ok, [name, new]}
  end
end
