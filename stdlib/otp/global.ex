# Names and locks that all nodes would share; here there is one node.
defmodule :global do
  @moduledoc false

  # A registrar process owns the names, so that a name goes with its process.
  defp server do
    case :erlang.whereis(:global_name_server) do
      :undefined ->
        parent = :erlang.self()
        ref = :erlang.make_ref()

        :erlang.spawn(fn ->
          registered =
            try do
              :erlang.register(:global_name_server, :erlang.self())
            catch
              :error, _ -> false
            end

          :erlang.send(parent, ref)
          if registered, do: loop(%{}, %{}, %{})
        end)

        receive do
          ^ref -> :erlang.whereis(:global_name_server)
        end

      pid ->
        pid
    end
  end

  defp call(request) do
    :gen_server.call(server(), request, :infinity)
  end

  def register_name(name, pid), do: call({:register, name, pid, false})
  def register_name(name, pid, _resolve), do: register_name(name, pid)
  def re_register_name(name, pid), do: call({:register, name, pid, true})
  def re_register_name(name, pid, _resolve), do: re_register_name(name, pid)
  def unregister_name(name), do: call({:unregister, name})

  def whereis_name(name) do
    case :erlang.whereis(:global_name_server) do
      :undefined -> :undefined
      _ -> call({:whereis, name})
    end
  end

  def registered_names, do: call(:names)

  def send(name, message) do
    case whereis_name(name) do
      :undefined ->
        :erlang.exit({:badarg, {name, message}})

      pid ->
        :erlang.send(pid, message)
        pid
    end
  end

  def set_lock(id), do: set_lock(id, [:erlang.node()], :infinity)
  def set_lock(id, nodes), do: set_lock(id, nodes, :infinity)

  def set_lock({resource, requester}, nodes, retries) do
    case call({:lock, resource, requester, :erlang.self()}) do
      true ->
        true

      false when retries == 0 ->
        false

      false ->
        :timer.sleep(5)
        set_lock({resource, requester}, nodes, if(retries == :infinity, do: :infinity, else: retries - 1))
    end
  end

  def del_lock(id), do: del_lock(id, [:erlang.node()])

  def del_lock({resource, requester}, _nodes) do
    call({:unlock, resource, requester})
    true
  end

  def trans(id, fun), do: trans(id, fun, [:erlang.node()], :infinity)
  def trans(id, fun, nodes), do: trans(id, fun, nodes, :infinity)

  def trans(id, fun, nodes, retries) do
    case set_lock(id, nodes, retries) do
      true ->
        try do
          fun.()
        after
          del_lock(id, nodes)
        end

      false ->
        :aborted
    end
  end

  def sync, do: :ok
  def info, do: []

  # names: name => {pid, monitor}; refs: monitor => {:name, name} | {:lock, resource}; locks: resource =>
  # {requester, holder, monitor, times}
  defp loop(names, refs, locks) do
    receive do
      {:"$gen_call", from, {:register, name, pid, force}} ->
        case names do
          %{^name => _} when not force ->
            :cordial_call.reply(from, :no)
            loop(names, refs, locks)

          _ ->
            {names, refs} = drop(name, names, refs)
            mref = :erlang.monitor(:process, pid)
            :cordial_call.reply(from, :yes)
            loop(:maps.put(name, {pid, mref}, names), :maps.put(mref, {:name, name}, refs), locks)
        end

      {:"$gen_call", from, {:unregister, name}} ->
        {names, refs} = drop(name, names, refs)
        :cordial_call.reply(from, :ok)
        loop(names, refs, locks)

      {:"$gen_call", from, {:whereis, name}} ->
        pid =
          case names do
            %{^name => {pid, _}} -> if :erlang.is_process_alive(pid), do: pid, else: :undefined
            _ -> :undefined
          end

        :cordial_call.reply(from, pid)
        loop(names, refs, locks)

      {:"$gen_call", from, :names} ->
        :cordial_call.reply(from, :maps.keys(names))
        loop(names, refs, locks)

      {:"$gen_call", from, {:lock, resource, requester, holder}} ->
        case locks do
          %{^resource => {^requester, pid, mref, n}} ->
            :cordial_call.reply(from, true)
            loop(names, refs, :maps.put(resource, {requester, pid, mref, n + 1}, locks))

          %{^resource => _} ->
            :cordial_call.reply(from, false)
            loop(names, refs, locks)

          _ ->
            mref = :erlang.monitor(:process, holder)
            :cordial_call.reply(from, true)
            refs = :maps.put(mref, {:lock, resource}, refs)
            loop(names, refs, :maps.put(resource, {requester, holder, mref, 1}, locks))
        end

      {:"$gen_call", from, {:unlock, resource, requester}} ->
        :cordial_call.reply(from, true)

        case locks do
          %{^resource => {^requester, pid, mref, n}} when n > 1 ->
            loop(names, refs, :maps.put(resource, {requester, pid, mref, n - 1}, locks))

          %{^resource => {^requester, _, mref, _}} ->
            :erlang.demonitor(mref, [:flush])
            loop(names, :maps.remove(mref, refs), :maps.remove(resource, locks))

          _ ->
            loop(names, refs, locks)
        end

      {:DOWN, mref, _, _, _} ->
        case refs do
          %{^mref => {:name, name}} ->
            loop(:maps.remove(name, names), :maps.remove(mref, refs), locks)

          %{^mref => {:lock, resource}} ->
            loop(names, :maps.remove(mref, refs), :maps.remove(resource, locks))

          _ ->
            loop(names, refs, locks)
        end

      _ ->
        loop(names, refs, locks)
    end
  end

  defp drop(name, names, refs) do
    case names do
      %{^name => {_, mref}} ->
        :erlang.demonitor(mref, [:flush])
        {:maps.remove(name, names), :maps.remove(mref, refs)}

      _ ->
        {names, refs}
    end
  end
end
