# Calls on another node with errors as they happened there; the own node is the only one there is.
defmodule :erpc do
  @moduledoc false

  def call(node, fun), do: call(node, :erlang, :apply, [fun, []], :infinity)
  def call(node, fun, timeout) when :erlang.is_function(fun), do: call(node, :erlang, :apply, [fun, []], timeout)
  def call(node, mod, fun, args), do: call(node, mod, fun, args, :infinity)

  def call(node, mod, fun, args, timeout) when node == :erlang.node() do
    {pid, ref} =
      :erlang.spawn_monitor(fn ->
        result =
          try do
            {:return, :erlang.apply(mod, fun, args)}
          catch
            :throw, value -> {:throw, value}
            :exit, reason -> {:exit, {:exception, reason}}
            :error, reason -> {:error, {:exception, reason, __STACKTRACE__}}
          end

        :erlang.exit({:erpc_result, result})
      end)

    receive do
      {:DOWN, ^ref, _, _, {:erpc_result, {:return, value}}} -> value
      {:DOWN, ^ref, _, _, {:erpc_result, {:throw, value}}} -> :erlang.throw(value)
      {:DOWN, ^ref, _, _, {:erpc_result, {class, reason}}} -> :erlang.raise(class, reason, [])
      {:DOWN, ^ref, _, _, reason} -> :erlang.exit({:signal, reason})
    after
      timeout ->
        :erlang.exit(pid, :kill)
        :erlang.demonitor(ref, [:flush])
        :erlang.error({:erpc, :timeout})
    end
  end

  def call(_node, _mod, _fun, _args, _timeout), do: :erlang.error({:erpc, :noconnection})

  def cast(node, mod, fun, args) do
    if node == :erlang.node(), do: :erlang.spawn(mod, fun, args)
    :ok
  end

  def cast(node, fun), do: cast(node, :erlang, :apply, [fun, []])
  def multicast(nodes, fun), do: multicast(nodes, :erlang, :apply, [fun, []])
  def multicast(nodes, mod, fun, args), do: :lists.foreach(fn node -> cast(node, mod, fun, args) end, nodes)
  def multicall(nodes, fun), do: multicall(nodes, fun, :infinity)

  def multicall(nodes, fun, timeout) when :erlang.is_function(fun),
    do: multicall(nodes, :erlang, :apply, [fun, []], timeout)

  def multicall(nodes, mod, fun, args), do: multicall(nodes, mod, fun, args, :infinity)

  def multicall(nodes, mod, fun, args, timeout) do
    for node <- nodes do
      try do
        {:ok, call(node, mod, fun, args, timeout)}
      catch
        class, reason -> {class, reason}
      end
    end
  end
end
