defmodule Process do
  @moduledoc "Working with processes: links, monitors, timers, the dictionary."

  @type dest :: pid | port | atom | {atom, node}
  @type spawn_opt :: term
  @type spawn_opts :: [spawn_opt]

  @spec alive?(pid) :: boolean
  def alive?(pid), do: :erlang.is_process_alive(pid)

  @spec get() :: [{term, term}]
  def get, do: :erlang.get()

  @spec get_keys() :: [term]
  def get_keys, do: :erlang.get_keys()

  @spec get_keys(term) :: [term]
  def get_keys(value), do: :erlang.get_keys(value)

  @spec get(term, default :: term) :: term
  def get(key, default \\ nil) do
    case :erlang.get(key) do
      :undefined -> default
      value -> value
    end
  end

  @spec put(term, term) :: term | nil
  def put(key, value), do: nillify(:erlang.put(key, value))

  @spec delete(term) :: term | nil
  def delete(key), do: nillify(:erlang.erase(key))

  @spec exit(pid, term) :: true
  def exit(pid, reason), do: :erlang.exit(pid, reason)

  @spec sleep(timeout) :: :ok
  def sleep(timeout)
      when is_integer(timeout) and timeout >= 0
      when timeout == :infinity do
    receive do
    after
      timeout -> :ok
    end
  end

  @spec send(dest, msg, [option]) :: :ok | :noconnect | :nosuspend
        when dest: dest, msg: any, option: :noconnect | :nosuspend
  def send(dest, msg, options), do: :erlang.send(dest, msg, options)

  @spec send_after(pid | atom, term, non_neg_integer, [option]) :: reference
        when option: {:abs, boolean}
  def send_after(dest, msg, time, opts \\ [])
  def send_after(dest, msg, time, []), do: :erlang.send_after(time, dest, msg)
  def send_after(dest, msg, time, opts), do: :erlang.send_after(time, dest, msg, opts)

  @spec cancel_timer(reference, options) :: non_neg_integer | false | :ok
        when options: [async: boolean, info: boolean]
  def cancel_timer(timer_ref, options \\ [])
  def cancel_timer(timer_ref, []), do: :erlang.cancel_timer(timer_ref)
  def cancel_timer(timer_ref, options), do: :erlang.cancel_timer(timer_ref, options)

  @spec read_timer(reference) :: non_neg_integer | false
  def read_timer(timer_ref), do: :erlang.read_timer(timer_ref)

  @spec spawn((-> any), spawn_opts) :: pid | {pid, reference}
  def spawn(fun, opts), do: :erlang.spawn_opt(fun, opts)

  @spec spawn(module, atom, list, spawn_opts) :: pid | {pid, reference}
  def spawn(mod, fun, args, opts), do: :erlang.spawn_opt(mod, fun, args, opts)

  @spec monitor(pid | {name, node} | name) :: reference when name: atom
  def monitor(item), do: :erlang.monitor(:process, item)

  @spec monitor(pid | {name, node} | name, list) :: reference when name: atom
  def monitor(item, options), do: :erlang.monitor(:process, item, options)

  @spec demonitor(reference, options :: [:flush | :info]) :: boolean
  def demonitor(monitor_ref, options \\ [])
  def demonitor(monitor_ref, []), do: :erlang.demonitor(monitor_ref)
  def demonitor(monitor_ref, options), do: :erlang.demonitor(monitor_ref, options)

  @spec list() :: [pid]
  def list, do: :erlang.processes()

  @spec link(pid | port) :: true
  def link(pid_or_port), do: :erlang.link(pid_or_port)

  @spec unlink(pid | port) :: true
  def unlink(pid_or_port), do: :erlang.unlink(pid_or_port)

  @spec register(pid | port, atom) :: true
  def register(pid_or_port, name) when is_atom(name) and name not in [nil, false, true, :undefined] do
    :erlang.register(name, pid_or_port)
  catch
    :error, :badarg when node(pid_or_port) != node() ->
      message = "could not register #{inspect(pid_or_port)} because it belongs to another node"
      :erlang.error(ArgumentError.exception(message), [pid_or_port, name])

    :error, :badarg ->
      message =
        "could not register #{inspect(pid_or_port)} with " <>
          "name #{inspect(name)} because it is not alive, the name is already " <>
          "taken, or it has already been given another name"

      :erlang.error(ArgumentError.exception(message), [pid_or_port, name])
  end

  @spec unregister(atom) :: true
  def unregister(name), do: :erlang.unregister(name)

  @spec whereis(atom) :: pid | port | nil
  def whereis(name), do: nillify(:erlang.whereis(name))

  @spec group_leader() :: pid
  def group_leader, do: :erlang.group_leader()

  @spec group_leader(pid, leader :: pid) :: true
  def group_leader(pid, leader), do: :erlang.group_leader(leader, pid)

  @spec registered() :: [atom]
  def registered, do: :erlang.registered()

  @spec flag(atom, term) :: term
  def flag(flag, value), do: :erlang.process_flag(flag, value)

  @spec flag(pid, :save_calls, 0..10000) :: 0..10000
  def flag(pid, flag, value), do: :erlang.process_flag(pid, flag, value)

  @spec info(pid) :: keyword | nil
  def info(pid), do: nillify(:erlang.process_info(pid))

  @spec info(pid, atom | [atom]) :: {atom, term} | [{atom, term}] | nil
  def info(pid, spec)

  def info(pid, :registered_name) do
    case :erlang.process_info(pid, :registered_name) do
      :undefined -> nil
      [] -> {:registered_name, []}
      other -> other
    end
  end

  def info(pid, spec) when is_atom(spec) or is_tuple(spec) or is_list(spec) do
    nillify(:erlang.process_info(pid, spec))
  end

  @spec hibernate(module, atom, list) :: no_return
  def hibernate(mod, fun_name, args), do: :erlang.hibernate(mod, fun_name, args)

  @spec set_label(term) :: :ok
  def set_label(label), do: :proc_lib.set_label(label)

  @spec alias() :: reference
  def alias, do: :erlang.alias()

  @spec alias(list) :: reference
  def alias(options), do: :erlang.alias(options)

  @spec unalias(reference) :: boolean
  def unalias(alias), do: :erlang.unalias(alias)

  defp nillify(:undefined), do: nil
  defp nillify(other), do: other
end
