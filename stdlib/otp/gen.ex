# The common ground of the generic servers: starting with a name, calls, replies, options.
defmodule :gen do
  @moduledoc false

  # start(generic, link | nolink | monitor, [name], module, args, options)
  def start(gen, mode, mod, args, options) do
    do_spawn(gen, mode, self_or_parent(mode), :nil_name, mod, args, options)
  end

  def start(gen, mode, name, mod, args, options) do
    case where(name) do
      :undefined -> do_spawn(gen, mode, self_or_parent(mode), name, mod, args, options)
      pid -> {:error, {:already_started, pid}}
    end
  end

  defp self_or_parent(:link), do: :erlang.self()
  defp self_or_parent(_), do: :self

  defp do_spawn(gen, mode, parent, name, mod, args, options) do
    timeout = option(:timeout, options, :infinity)
    spawn_opts = option(:spawn_opt, options, [])
    init_args = [gen, :erlang.self(), parent, name, mod, args, options]

    case mode do
      :link -> :proc_lib.start_link(:gen, :init_it, init_args, timeout, spawn_opts)
      :nolink -> :proc_lib.start(:gen, :init_it, init_args, timeout, spawn_opts)
      :monitor -> :proc_lib.start_monitor(:gen, :init_it, init_args, timeout, spawn_opts)
    end
  end

  def init_it(gen, starter, parent, :nil_name, mod, args, options) do
    gen.init_it(starter, parent, :erlang.self(), mod, args, options)
  end

  def init_it(gen, starter, parent, name, mod, args, options) do
    case register_name(name) do
      true ->
        gen.init_it(starter, parent, name, mod, args, options)

      {false, pid} ->
        :proc_lib.init_fail(starter, {:error, {:already_started, pid}}, {:exit, :normal})
    end
  end

  def register_name({:local, name}) do
    try do
      :erlang.register(name, :erlang.self())
    catch
      :error, _ -> {false, :erlang.whereis(name)}
    else
      _ -> true
    end
  end

  def register_name({:global, name}) do
    case :global.register_name(name, :erlang.self()) do
      :yes -> true
      :no -> {false, where({:global, name})}
    end
  end

  def register_name({:via, mod, name} = via) do
    case mod.register_name(name, :erlang.self()) do
      :yes -> true
      :no -> {false, where(via)}
    end
  end

  def unregister_name({:local, name}) do
    try do
      :erlang.unregister(name)
    catch
      _, _ -> :ok
    end
  end

  def unregister_name({:global, name}), do: :global.unregister_name(name)
  def unregister_name({:via, mod, name}), do: mod.unregister_name(name)
  def unregister_name(pid) when :erlang.is_pid(pid), do: pid

  def where({:local, name}), do: :erlang.whereis(name)
  def where({:global, name}), do: :global.whereis_name(name)
  def where({:via, mod, name}), do: mod.whereis_name(name)

  # The name a server knows itself by.
  def get_proc_name(pid) when :erlang.is_pid(pid), do: pid
  def get_proc_name({:local, name}), do: name
  def get_proc_name({:global, name}), do: name
  def get_proc_name({:via, _, name}), do: name

  # call(server, label, request, timeout) -> {:ok, reply}, or exits
  def call(process, label, request), do: call(process, label, request, 5000)

  def call(process, label, request, timeout) do
    case try_call(resolve(process), label, request, timeout) do
      {:ok, _} = ok -> ok
      {:exit, reason} -> :erlang.exit(reason)
    end
  end

  defp resolve(pid) when :erlang.is_pid(pid), do: pid
  defp resolve(name) when :erlang.is_atom(name), do: :erlang.whereis(name)

  defp resolve({name, node}) when :erlang.is_atom(name) and node == :erlang.node(),
    do: :erlang.whereis(name)

  defp resolve({name, node} = process) when :erlang.is_atom(name) and :erlang.is_atom(node),
    do: process

  defp resolve({:global, _} = name), do: where(name)
  defp resolve({:via, _, _} = name), do: where(name)

  # Like call/4, but tells a failure as {:exit, reason}.
  def try_call(pid, label, request, timeout) when :erlang.is_pid(pid) do
    if pid === :erlang.self() do
      {:exit, :calling_self}
    else
      mref = :erlang.monitor(:process, pid, [{:alias, :demonitor}])
      tag = [:alias | mref]
      :erlang.send(pid, {label, {:erlang.self(), tag}, request})

      receive do
        {[:alias | ^mref], reply} ->
          :erlang.demonitor(mref, [:flush])
          {:ok, reply}

        {:DOWN, ^mref, _, _, :noconnection} ->
          {:exit, {:nodedown, :erlang.node(pid)}}

        {:DOWN, ^mref, _, _, reason} ->
          {:exit, reason}
      after
        timeout -> call_timeout(mref)
      end
    end
  end

  def try_call(:undefined, _, _, _), do: {:exit, :noproc}
  def try_call(nil, _, _, _), do: {:exit, :noproc}
  def try_call({_, node}, _, _, _), do: {:exit, {:nodedown, node}}

  # An answer may have come between the timeout and the end of the alias.
  defp call_timeout(mref) do
    :erlang.demonitor(mref, [:flush])

    receive do
      {[:alias | ^mref], reply} -> {:ok, reply}
    after
      0 -> {:exit, :timeout}
    end
  end

  def reply({_to, [:alias | mref] = tag}, reply) when :erlang.is_reference(mref) do
    :erlang.send(mref, {tag, reply})
    :ok
  end

  def reply({_to, [[:alias | mref] | _] = tag}, reply) when :erlang.is_reference(mref) do
    :erlang.send(mref, {tag, reply})
    :ok
  end

  def reply({to, tag}, reply) do
    try do
      :erlang.send(to, {tag, reply})
    catch
      _, _ -> :ok
    end

    :ok
  end

  # send_request(server, label, request) -> request id (an alias monitor)
  def send_request(process, label, request) do
    case resolve_for_request(process) do
      :undefined ->
        ref = :erlang.make_ref()
        :erlang.send(:erlang.self(), {:DOWN, ref, :process, process, :noproc})
        ref

      to ->
        mref = :erlang.monitor(:process, to, [{:alias, :demonitor}])
        :erlang.send(to, {label, {:erlang.self(), [:alias | mref]}, request})
        mref
    end
  end

  defp resolve_for_request(process) do
    try do
      resolve(process)
    catch
      _, _ -> :undefined
    end
  end

  # receive_response and wait_response differ in what a timeout does to the request.
  def receive_response(mref, timeout) do
    receive do
      {[:alias | ^mref], reply} ->
        :erlang.demonitor(mref, [:flush])
        {:reply, reply}

      {:DOWN, ^mref, _, object, reason} ->
        {:error, {reason, object}}
    after
      timeout ->
        :erlang.demonitor(mref, [:flush])

        receive do
          {[:alias | ^mref], reply} -> {:reply, reply}
        after
          0 -> :timeout
        end
    end
  end

  def wait_response(mref, timeout) do
    receive do
      {[:alias | ^mref], reply} ->
        :erlang.demonitor(mref, [:flush])
        {:reply, reply}

      {:DOWN, ^mref, _, object, reason} ->
        {:error, {reason, object}}
    after
      timeout -> :timeout
    end
  end

  def check_response({[:alias | mref], reply}, mref) do
    :erlang.demonitor(mref, [:flush])
    {:reply, reply}
  end

  def check_response({:DOWN, mref, _, object, reason}, mref), do: {:error, {reason, object}}
  def check_response(_, _), do: :no_reply

  def stop(process), do: stop(process, :normal, :infinity)

  def stop(process, reason, timeout) do
    case resolve(process) do
      pid when :erlang.is_pid(pid) -> :proc_lib.stop(pid, reason, timeout)
      :undefined -> :erlang.exit(:noproc)
      nil -> :erlang.exit(:noproc)
      {_, node} -> :erlang.exit({:nodedown, node})
    end
  end

  def name({:local, name}), do: name
  def name({:global, name}), do: name
  def name({:via, _, name}), do: name
  def name(pid), do: pid

  def debug_options(_name, options) do
    case option(:debug, options, []) do
      [] -> []
      list -> :sys.debug_options(list)
    end
  end

  def hibernate_after(options), do: option(:hibernate_after, options, :infinity)

  def format_status_header(tag, pid) when :erlang.is_pid(pid),
    do: :lists.concat([tag, ~c" ", :erlang.pid_to_list(pid)])

  def format_status_header(tag, name) when :erlang.is_atom(name),
    do: :lists.concat([tag, ~c" ", name])

  def format_status_header(tag, name), do: {tag, name}

  def option(key, [{key, value} | _], _default), do: value
  def option(key, [_ | rest], default), do: option(key, rest, default)
  def option(_key, _, default), do: default
end
