# Calls on another node; the own node is the only one there is.
defmodule :rpc do
  @moduledoc false

  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  def call(node, mod, fun, args, timeout) when node == :erlang.node() do
    {pid, ref} =
      :erlang.spawn_monitor(fn ->
        result =
          try do
            :erlang.apply(mod, fun, args)
          catch
            :throw, value -> value
            :exit, reason -> {:badrpc, {:EXIT, reason}}
            :error, reason -> {:badrpc, {:EXIT, {reason, __STACKTRACE__}}}
          end

        :erlang.exit({:rpc_result, result})
      end)

    receive do
      {:DOWN, ^ref, _, _, {:rpc_result, result}} -> result
      {:DOWN, ^ref, _, _, reason} -> {:badrpc, {:EXIT, reason}}
    after
      timeout ->
        :erlang.exit(pid, :kill)
        :erlang.demonitor(ref, [:flush])
        {:badrpc, :timeout}
    end
  end

  def call(_node, _mod, _fun, _args, _timeout), do: {:badrpc, :nodedown}

  def block_call(node, mod, fun, args), do: call(node, mod, fun, args)
  def block_call(node, mod, fun, args, timeout), do: call(node, mod, fun, args, timeout)

  def cast(node, mod, fun, args) do
    if node == :erlang.node(), do: :erlang.spawn(mod, fun, args)
    true
  end

  def async_call(node, mod, fun, args) do
    parent = :erlang.self()
    :erlang.spawn(fn -> :erlang.send(parent, {:promise_reply, :erlang.self(), call(node, mod, fun, args)}) end)
  end

  def yield(key) do
    receive do
      {:promise_reply, ^key, value} -> value
    end
  end

  def nb_yield(key), do: nb_yield(key, 0)

  def nb_yield(key, timeout) do
    receive do
      {:promise_reply, ^key, value} -> {:value, value}
    after
      timeout -> :timeout
    end
  end

  def multicall(mod, fun, args), do: multicall([:erlang.node()], mod, fun, args, :infinity)

  def multicall(nodes, mod, fun, args) when :erlang.is_list(nodes), do: multicall(nodes, mod, fun, args, :infinity)
  def multicall(mod, fun, args, timeout), do: multicall([:erlang.node()], mod, fun, args, timeout)

  def multicall(nodes, mod, fun, args, timeout) do
    answers = for node <- nodes, do: {node, call(node, mod, fun, args, timeout)}
    lost = [{:badrpc, :nodedown}, {:badrpc, :timeout}]

    {for({_, value} <- answers, not :lists.member(value, lost), do: value),
     for({node, value} <- answers, :lists.member(value, lost), do: node)}
  end

  def eval_everywhere(mod, fun, args), do: eval_everywhere([:erlang.node()], mod, fun, args)

  def eval_everywhere(nodes, mod, fun, args) do
    :lists.foreach(fn node -> cast(node, mod, fun, args) end, nodes)
    :abcast
  end

  # Messages to a name on many nodes; sbcast/3 also tells where there was nobody of that name.
  def abcast(name, message), do: abcast([:erlang.node()], name, message)

  def abcast(nodes, name, message) do
    :lists.foreach(fn node -> :cordial_address.post({name, node}, message) end, nodes)
    :abcast
  end

  def sbcast(name, message), do: sbcast([:erlang.node()], name, message)

  def sbcast(nodes, name, message) do
    {good, bad} =
      :lists.partition(fn node -> node == :erlang.node() and :erlang.whereis(name) != :undefined end, nodes)

    abcast(good, name, message)
    {good, bad}
  end

  def parallel_eval(calls) do
    keys = for {mod, fun, args} <- calls, do: async_call(:erlang.node(), mod, fun, args)
    :lists.map(&yield/1, keys)
  end

  def pinfo(pid), do: :erlang.process_info(pid)
  def pinfo(pid, what), do: :erlang.process_info(pid, what)

  def pmap({mod, fun}, extra, list), do: for(item <- list, do: :erlang.apply(mod, fun, [item | extra]))
end
