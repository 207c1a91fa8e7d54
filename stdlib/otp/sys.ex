# System messages: look into, suspend, trace and stop a process that speaks the protocol.
defmodule :sys do
  @moduledoc false

  # --- for those who ask -----------------------------------------------------------------------
  # Every request exists with and without a limit for its answer. The message of one without arguments
  # is its name; the later ones are about debugging.

  @requests [
    get_state: [],
    replace_state: [:fun],
    get_status: [],
    suspend: [],
    resume: [],
    terminate: [:reason],
    change_code: [:module, :vsn, :extra]
  ]

  @debug_requests [
    trace: [:flag],
    log: [:flag],
    log_to_file: [:flag],
    statistics: [:flag],
    install: [:func],
    remove: [:func],
    no_debug: []
  ]

  for {kind, requests} <- [plain: @requests, debug: @debug_requests], {fun, params} <- requests do
    args = for param <- params, do: {param, [], nil}
    message = if args == [], do: fun, else: {:{}, [], [fun | args]}
    message = if kind == :debug, do: {:debug, message}, else: message

    def unquote(fun)(name, unquote_splicing(args)),
      do: ask(name, unquote(message), 5000, unquote(fun), [name, unquote_splicing(args)])

    def unquote(fun)(name, unquote_splicing(args), timeout),
      do: ask(name, unquote(message), timeout, unquote(fun), [name, unquote_splicing(args), timeout])
  end

  defp ask(name, message, timeout, fun, args) do
    reply = :cordial_call.ask!(name, :system, message, timeout, {:sys, fun, args})
    if fun == :get_state or fun == :replace_state, do: unwrapped(reply), else: reply
  end

  # A state comes wrapped, because it may itself look like an error.
  defp unwrapped({:ok, state}), do: state
  defp unwrapped({:error, reason}), do: :erlang.error(reason)

  # --- for those who are asked -----------------------------------------------------------------

  def handle_system_msg(message, from, parent, mod, debug, misc),
    do: handle_system_msg(message, from, parent, mod, debug, misc, false)

  def handle_system_msg(message, from, parent, mod, debug, misc, hibernate),
    do: attend(message, from, :running, {parent, mod, hibernate}, debug, misc)

  # `host` is the part that no message changes: the parent, the callback module, whether to hibernate.
  defp attend(message, from, condition, {parent, mod, _} = host, debug, misc) do
    {reply, condition, debug, misc} = obey(message, condition, host, debug, misc)
    :cordial_call.reply(from, reply)

    case condition do
      :running -> mod.system_continue(parent, debug, misc)
      :suspended -> hold(host, debug, misc)
      {:ending, reason} -> mod.system_terminate(reason, parent, debug, misc)
    end
  end

  defp hold({_, _, true} = host, debug, misc), do: :proc_lib.hibernate(:sys, :held, [host, debug, misc])
  defp hold(host, debug, misc), do: held(host, debug, misc)

  @doc false
  def held({parent, mod, _} = host, debug, misc) do
    receive do
      {:system, from, message} -> attend(message, from, :suspended, host, debug, misc)
      {:EXIT, ^parent, reason} -> mod.system_terminate(reason, parent, debug, misc)
    end
  end

  defp obey(message, condition, {parent, mod, _}, debug, misc) do
    case message do
      :suspend ->
        {:ok, :suspended, debug, misc}

      :resume ->
        {:ok, :running, debug, misc}

      {:terminate, reason} ->
        {:ok, {:ending, reason}, debug, misc}

      :get_state ->
        {state_of(mod, misc), condition, debug, misc}

      {:replace_state, fun} ->
        {reply, misc} = replaced(mod, fun, misc)
        {reply, condition, debug, misc}

      :get_status ->
        {status(condition, parent, mod, debug, misc), condition, debug, misc}

      {:debug, what} ->
        {reply, debug} = adjust(what, debug)
        {reply, condition, debug, misc}

      {:change_code, module, vsn, extra} when condition == :suspended ->
        {reply, misc} = changed(mod, module, vsn, extra, misc)
        {reply, condition, debug, misc}

      other ->
        {{:error, {:unknown_system_msg, other}}, condition, debug, misc}
    end
  end

  defp status(condition, parent, mod, debug, misc) do
    values = [:erlang.get(), condition, parent, debug]

    described =
      case :erlang.function_exported(mod, :format_status, 2) do
        true -> mod.format_status(:normal, values ++ [misc])
        false -> misc
      end

    {:status, :erlang.self(), {:module, mod}, values ++ [described]}
  end

  defp state_of(mod, misc) do
    try do
      case :erlang.function_exported(mod, :system_get_state, 1) do
        true -> {:ok, _} = mod.system_get_state(misc)
        false -> {:ok, misc}
      end
    catch
      class, reason -> {:error, {:callback_failed, {mod, :system_get_state}, {class, reason}}}
    end
  end

  defp replaced(mod, fun, misc) do
    try do
      {:ok, state, misc} =
        case :erlang.function_exported(mod, :system_replace_state, 2) do
          true ->
            mod.system_replace_state(fun, misc)

          false ->
            new = fun.(misc)
            {:ok, new, new}
        end

      {{:ok, state}, misc}
    catch
      class, reason -> {{:error, {:callback_failed, {mod, :system_replace_state}, {class, reason}}}, misc}
    end
  end

  defp changed(mod, module, vsn, extra, misc) do
    try do
      mod.system_code_change(misc, module, vsn, extra)
    catch
      :throw, value -> {{:error, value}, misc}
      :exit, reason -> {{:error, {:EXIT, reason}}, misc}
      :error, reason -> {{:error, {:EXIT, {reason, __STACKTRACE__}}}, misc}
    else
      {:ok, misc} -> {:ok, misc}
      other -> {{:error, other}, misc}
    end
  end

  # --- debugging -------------------------------------------------------------------------------
  # A list of items, the newest first: {:trace, true}, {:log, {most, events}}, {:log_to_file, device},
  # {:statistics, {since, reductions, messages in, messages out}}, {:func, {id, fun, state}}.

  def debug_options(options) do
    :lists.foldl(
      fn option, debug ->
        {_, debug} =
          case option do
            {:install, _} -> adjust(option, debug)
            {:log, most} -> adjust({:log, {true, most}}, debug)
            {:log_to_file, _} -> adjust(option, debug)
            kind -> adjust({kind, true}, debug)
          end

        debug
      end,
      [],
      options
    )
  end

  # Each change answers with a reply and the new items.
  defp adjust({:trace, true}, debug), do: {:ok, put(:trace, true, debug)}
  defp adjust({:log, true}, debug), do: adjust({:log, {true, 10}}, debug)

  defp adjust({:log, {true, most}}, debug) do
    {_, events} = get_debug(:log, debug, {most, []})
    {:ok, put(:log, {most, :lists.sublist(events, most)}, debug)}
  end

  defp adjust({:log, :get}, debug), do: {{:ok, get_log(debug)}, debug}
  defp adjust({:log, :print}, debug), do: {print_log(debug), debug}
  defp adjust({:statistics, true}, debug), do: {:ok, put(:statistics, {now(), reductions(), 0, 0}, debug)}

  defp adjust({:statistics, :get}, debug) do
    case get_debug(:statistics, debug, :none) do
      :none ->
        {{:ok, :no_statistics}, debug}

      {since, reductions, ins, outs} ->
        used = reductions() - reductions

        counts = [
          start_time: since,
          current_time: now(),
          reductions: used,
          messages_in: ins,
          messages_out: outs
        ]

        {{:ok, counts}, debug}
    end
  end

  defp adjust({:log_to_file, false}, debug), do: {:ok, drop(:log_to_file, debug)}

  defp adjust({:log_to_file, file}, debug) do
    debug = drop(:log_to_file, debug)

    case :file.open(file, [:write, {:encoding, :utf8}]) do
      {:ok, device} -> {:ok, [{:log_to_file, device} | debug]}
      _ -> {{:error, :open_file}, debug}
    end
  end

  defp adjust({kind, false}, debug) when kind == :trace or kind == :log or kind == :statistics,
    do: {:ok, drop(kind, debug)}

  defp adjust({:install, {fun, state}}, debug), do: adjust({:install, {fun, fun, state}}, debug)

  defp adjust({:install, {id, _fun, _state} = func}, debug),
    do: {:ok, [{:func, func} | :lists.filter(fn item -> not installed?(item, id) end, debug)]}

  defp adjust({:remove, id}, debug), do: {:ok, :lists.filter(fn item -> not installed?(item, id) end, debug)}

  defp adjust(:no_debug, debug) do
    drop(:log_to_file, debug)
    {:ok, []}
  end

  defp adjust(_what, debug), do: {:unknown_debug, debug}

  # A function without an id of its own is its own id.
  defp installed?({:func, {known, fun, _}}, id), do: known == id or fun == id
  defp installed?(_item, _id), do: false

  defp put(kind, value, debug), do: [{kind, value} | drop(kind, debug)]

  defp drop(kind, debug) do
    case :lists.keytake(kind, 1, debug) do
      {:value, {:log_to_file, device}, rest} ->
        :file.close(device)
        rest

      {:value, _, rest} ->
        rest

      false ->
        debug
    end
  end

  defp now, do: :calendar.local_time()

  defp reductions do
    {_, count} = :erlang.process_info(:erlang.self(), :reductions)
    count
  end

  def handle_debug([], _printer, _name, _event), do: []

  def handle_debug(debug, printer, name, event) do
    for item <- debug, item = witness(item, printer, name, event), do: item
  end

  # What an item becomes by an event; an installed function may ask to be forgotten.
  defp witness({:trace, true} = item, printer, name, event) do
    printer.(:standard_io, event, name)
    item
  end

  defp witness({:log_to_file, device} = item, printer, name, event) do
    printer.(device, event, name)
    item
  end

  defp witness({:log, {most, events}}, printer, name, event),
    do: {:log, {most, :lists.sublist([{event, name, printer} | events], most)}}

  defp witness({:statistics, {since, reductions, ins, outs}}, _printer, _name, event) do
    case :erlang.is_tuple(event) and :erlang.element(1, event) do
      :in -> {:statistics, {since, reductions, ins + 1, outs}}
      :out -> {:statistics, {since, reductions, ins, outs + 1}}
      _ -> {:statistics, {since, reductions, ins, outs}}
    end
  end

  defp witness({:func, {id, fun, state}}, _printer, name, event) do
    try do
      fun.(state, event, name)
    catch
      _, _ -> false
    else
      :done -> false
      state -> {:func, {id, fun, state}}
    end
  end

  def get_log(debug), do: :lists.map(fn {event, _, _} -> event end, logged(debug))

  def print_log(debug) do
    :lists.foreach(fn {event, name, printer} -> printer.(:standard_io, event, name) end, logged(debug))
  end

  # Oldest first.
  defp logged(debug) do
    {_, events} = get_debug(:log, debug, {0, []})
    :lists.reverse(events)
  end

  def get_debug(kind, debug, default) do
    case :lists.keyfind(kind, 1, debug) do
      {_, value} -> value
      false -> default
    end
  end
end
