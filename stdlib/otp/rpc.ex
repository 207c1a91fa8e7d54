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

  def multicall(mod, fun, args), do: multicall([:erlang.node()], mod, fun, args)

  def multicall(nodes, mod, fun, args) when :erlang.is_list(nodes) do
    results = for node <- nodes, do: {node, call(node, mod, fun, args)}

    {for({_, value} <- results, value != {:badrpc, :nodedown}, do: value),
     for({node, {:badrpc, :nodedown}} <- results, do: node)}
  end

  def pmap({mod, fun}, extra, list), do: for(item <- list, do: :erlang.apply(mod, fun, [item | extra]))
end
