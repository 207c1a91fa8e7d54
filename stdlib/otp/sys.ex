# System messages: look into, suspend, trace and stop a process that speaks the protocol.
defmodule :sys do
  @moduledoc false

  def get_state(name), do: get_state(name, 5000)

  def get_state(name, timeout) do
    case send_system(name, :get_state, timeout) do
      {:error, reason} -> :erlang.error(reason)
      {:ok, state} -> state
    end
  end

  def replace_state(name, fun), do: replace_state(name, fun, 5000)

  def replace_state(name, fun, timeout) do
    case send_system(name, {:replace_state, fun}, timeout) do
      {:error, reason} -> :erlang.error(reason)
      {:ok, state} -> state
    end
  end

  def get_status(name), do: send_system(name, :get_status, 5000)
  def get_status(name, timeout), do: send_system(name, :get_status, timeout)
  def suspend(name), do: send_system(name, :suspend, 5000)
  def suspend(name, timeout), do: send_system(name, :suspend, timeout)
  def resume(name), do: send_system(name, :resume, 5000)
  def resume(name, timeout), do: send_system(name, :resume, timeout)
  def terminate(name, reason), do: terminate(name, reason, 5000)
  def terminate(name, reason, timeout), do: send_system(name, {:terminate, reason}, timeout)
  def change_code(name, mod, vsn, extra), do: change_code(name, mod, vsn, extra, 5000)

  def change_code(name, mod, vsn, extra, timeout),
    do: send_system(name, {:change_code, mod, vsn, extra}, timeout)

  def trace(name, flag), do: trace(name, flag, 5000)
  def trace(name, flag, timeout), do: send_system(name, {:debug, {:trace, flag}}, timeout)
  def log(name, flag), do: log(name, flag, 5000)
  def log(name, flag, timeout), do: send_system(name, {:debug, {:log, flag}}, timeout)
  def log_to_file(name, flag), do: log_to_file(name, flag, 5000)
  def log_to_file(name, flag, timeout), do: send_system(name, {:debug, {:log_to_file, flag}}, timeout)
  def statistics(name, flag), do: statistics(name, flag, 5000)
  def statistics(name, flag, timeout), do: send_system(name, {:debug, {:statistics, flag}}, timeout)
  def install(name, func), do: install(name, func, 5000)
  def install(name, func, timeout), do: send_system(name, {:debug, {:install, func}}, timeout)
  def remove(name, func), do: remove(name, func, 5000)
  def remove(name, func, timeout), do: send_system(name, {:debug, {:remove, func}}, timeout)
  def no_debug(name), do: no_debug(name, 5000)
  def no_debug(name, timeout), do: send_system(name, {:debug, :no_debug}, timeout)

  defp send_system(name, request, timeout) do
    try do
      :gen.call(name, :system, request, timeout)
    catch
      :exit, reason ->
        {fun, args} = mfa(name, request, timeout)
        :erlang.exit({reason, {:sys, fun, args}})
    else
      {:ok, reply} -> reply
    end
  end

  defp mfa(name, request, timeout) do
    {fun, args} =
      case request do
        {:debug, {fun, arg}} -> {fun, [arg]}
        {:debug, fun} -> {fun, []}
        {:change_code, mod, vsn, extra} -> {:change_code, [mod, vsn, extra]}
        {fun, arg} -> {fun, [arg]}
        fun -> {fun, []}
      end

    {fun, [name | args] ++ if(timeout == 5000, do: [], else: [timeout])}
  end

  # --- the server's side -----------------------------------------------------------------------

  def handle_system_msg(request, from, parent, mod, debug, misc),
    do: handle_system_msg(:running, request, from, parent, mod, debug, misc, false)

  def handle_system_msg(request, from, parent, mod, debug, misc, hibernate),
    do: handle_system_msg(:running, request, from, parent, mod, debug, misc, hibernate)

  def handle_system_msg(sys_state, request, from, parent, mod, debug, misc, hib) do
    case do_cmd(sys_state, request, parent, mod, debug, misc) do
      {:suspended, reply, debug, misc} ->
        :gen.reply(from, reply)
        suspend_loop(:suspended, parent, mod, debug, misc, hib)

      {:running, reply, debug, misc} ->
        :gen.reply(from, reply)
        mod.system_continue(parent, debug, misc)

      {{:terminating, reason}, reply, debug, misc} ->
        :gen.reply(from, reply)
        mod.system_terminate(reason, parent, debug, misc)
    end
  end

  def suspend_loop(sys_state, parent, mod, debug, misc, hib) do
    receive do
      {:system, from, request} ->
        handle_system_msg(sys_state, request, from, parent, mod, debug, misc, hib)

      {:EXIT, ^parent, reason} ->
        mod.system_terminate(reason, parent, debug, misc)
    end
  end

  defp do_cmd(_, :suspend, _parent, _mod, debug, misc), do: {:suspended, :ok, debug, misc}
  defp do_cmd(_, :resume, _parent, _mod, debug, misc), do: {:running, :ok, debug, misc}

  defp do_cmd(state, :get_state, _parent, mod, debug, misc),
    do: {state, get_state_of(mod, misc), debug, misc}

  defp do_cmd(state, {:replace_state, fun}, _parent, mod, debug, misc) do
    case replace_state_of(mod, fun, misc) do
      {:ok, new, misc} -> {state, {:ok, new}, debug, misc}
      {:error, _} = error -> {state, error, debug, misc}
    end
  end

  defp do_cmd(state, :get_status, parent, mod, debug, misc) do
    dictionary = :erlang.get()
    status = [dictionary, state, parent, debug, misc]

    specific =
      case :erlang.function_exported(mod, :format_status, 2) do
        true -> mod.format_status(:normal, status)
        false -> misc
      end

    reply = {:status, :erlang.self(), {:module, mod}, [dictionary, state, parent, debug, specific]}
    {state, reply, debug, misc}
  end

  defp do_cmd(state, {:debug, what}, _parent, _mod, debug, misc) do
    {reply, debug} = debug_cmd(what, debug)
    {state, reply, debug, misc}
  end

  defp do_cmd(_, {:terminate, reason}, _parent, _mod, debug, misc),
    do: {{:terminating, reason}, :ok, debug, misc}

  defp do_cmd(:suspended, {:change_code, module, vsn, extra}, _parent, mod, debug, misc) do
    result =
      try do
        mod.system_code_change(misc, module, vsn, extra)
      catch
        :throw, value -> value
        :error, reason -> {:EXIT, {reason, __STACKTRACE__}}
        :exit, reason -> {:EXIT, reason}
      end

    case result do
      {:ok, misc} -> {:suspended, :ok, debug, misc}
      other -> {:suspended, {:error, other}, debug, misc}
    end
  end

  defp do_cmd(state, other, _parent, _mod, debug, misc),
    do: {state, {:error, {:unknown_system_msg, other}}, debug, misc}

  defp get_state_of(mod, misc) do
    case :erlang.function_exported(mod, :system_get_state, 1) do
      true ->
        try do
          mod.system_get_state(misc)
        catch
          class, reason ->
            {:error, {:callback_failed, {mod, :system_get_state}, {class, reason}}}
        end

      false ->
        {:ok, misc}
    end
  end

  defp replace_state_of(mod, fun, misc) do
    try do
      case :erlang.function_exported(mod, :system_replace_state, 2) do
        true ->
          {:ok, _, _} = mod.system_replace_state(fun, misc)

        false ->
          new = fun.(misc)
          {:ok, new, new}
      end
    catch
      class, reason ->
        {:error, {:callback_failed, {mod, :system_replace_state}, {class, reason}}}
    end
  end

  # --- debugging: a list of {:trace, true} {:log, {n, events}} {:statistics, …} {fun…} ----------

  def debug_options(options) do
    :lists.foldl(
      fn
        :trace, debug -> put(:trace, true, debug)
        :log, debug -> put(:log, {10, []}, debug)
        {:log, n}, debug -> put(:log, {n, []}, debug)
        :statistics, debug -> put(:statistics, new_statistics(), debug)
        {:install, {fun, state}}, debug -> [{:func, {fun, fun, state}} | debug]
        {:install, {id, fun, state}}, debug -> [{:func, {id, fun, state}} | debug]
        _, debug -> debug
      end,
      [],
      options
    )
  end

  defp put(key, value, debug), do: [{key, value} | :lists.keydelete(key, 1, debug)]
  defp new_statistics, do: {:calendar.local_time(), elem_reductions(), 0, 0}

  defp elem_reductions do
    {:reductions, n} = :erlang.process_info(:erlang.self(), :reductions)
    n
  end

  defp debug_cmd({:trace, true}, debug), do: {:ok, put(:trace, true, debug)}
  defp debug_cmd({:trace, false}, debug), do: {:ok, :lists.keydelete(:trace, 1, debug)}
  defp debug_cmd({:log, true}, debug), do: {:ok, put(:log, {10, []}, debug)}
  defp debug_cmd({:log, {true, n}}, debug), do: {:ok, put(:log, {n, []}, debug)}
  defp debug_cmd({:log, false}, debug), do: {:ok, :lists.keydelete(:log, 1, debug)}
  defp debug_cmd({:log, :get}, debug), do: {{:ok, get_log(debug)}, debug}

  defp debug_cmd({:log, :print}, debug) do
    print_log(debug)
    {:ok, debug}
  end

  defp debug_cmd({:log_to_file, _}, debug), do: {:ok, debug}

  defp debug_cmd({:statistics, true}, debug), do: {:ok, put(:statistics, new_statistics(), debug)}
  defp debug_cmd({:statistics, false}, debug), do: {:ok, :lists.keydelete(:statistics, 1, debug)}

  defp debug_cmd({:statistics, :get}, debug) do
    case :lists.keyfind(:statistics, 1, debug) do
      {_, {start, reductions, messages_in, messages_out}} ->
        stats = [
          start_time: start,
          current_time: :calendar.local_time(),
          reductions: elem_reductions() - reductions,
          messages_in: messages_in,
          messages_out: messages_out
        ]

        {{:ok, stats}, debug}

      false ->
        {{:ok, :no_statistics}, debug}
    end
  end

  defp debug_cmd({:install, {fun, state}}, debug), do: {:ok, [{:func, {fun, fun, state}} | debug]}
  defp debug_cmd({:install, {id, fun, state}}, debug), do: {:ok, [{:func, {id, fun, state}} | debug]}

  defp debug_cmd({:remove, id}, debug) do
    keep =
      :lists.filter(
        fn
          {:func, {^id, _, _}} -> false
          {:func, {_, ^id, _}} -> false
          _ -> true
        end,
        debug
      )

    {:ok, keep}
  end

  defp debug_cmd(:no_debug, _debug), do: {:ok, []}
  defp debug_cmd(_, debug), do: {:unknown_debug, debug}

  def handle_debug([], _print, _name, _event), do: []

  def handle_debug([{:trace, true} = item | rest], print, name, event) do
    print.(:standard_io, event, name)
    [item | handle_debug(rest, print, name, event)]
  end

  def handle_debug([{:log, {max, events}} | rest], print, name, event) do
    kept = :lists.sublist([{event, name, print} | events], max)
    [{:log, {max, kept}} | handle_debug(rest, print, name, event)]
  end

  def handle_debug([{:statistics, {start, red, ins, outs}} | rest], print, name, event) do
    stats =
      case event do
        {:in, _} -> {start, red, ins + 1, outs}
        {:in, _, _} -> {start, red, ins + 1, outs}
        {:out, _, _} -> {start, red, ins, outs + 1}
        {:out, _, _, _} -> {start, red, ins, outs + 1}
        _ -> {start, red, ins, outs}
      end

    [{:statistics, stats} | handle_debug(rest, print, name, event)]
  end

  def handle_debug([{:func, {id, fun, state}} | rest], print, name, event) do
    result =
      try do
        fun.(state, event, name)
      catch
        _, _ -> :done
      end

    case result do
      :done -> handle_debug(rest, print, name, event)
      new -> [{:func, {id, fun, new}} | handle_debug(rest, print, name, event)]
    end
  end

  def handle_debug([item | rest], print, name, event),
    do: [item | handle_debug(rest, print, name, event)]

  def get_log(debug) do
    case :lists.keyfind(:log, 1, debug) do
      {_, {_, events}} -> :lists.reverse(:lists.map(fn {event, _, _} -> event end, events))
      false -> []
    end
  end

  def print_log(debug) do
    case :lists.keyfind(:log, 1, debug) do
      {_, {_, events}} ->
        :lists.foreach(
          fn {event, name, print} -> print.(:standard_io, event, name) end,
          :lists.reverse(events)
        )

      false ->
        :ok
    end
  end

  def get_debug(item, debug, default) do
    case :lists.keyfind(item, 1, debug) do
      {_, value} -> value
      false -> default
    end
  end
end
