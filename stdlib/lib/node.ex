defmodule Node do
  @moduledoc "Nodes. A program is one node that is not distributed."

  @type t :: node

  def start(name, opts \\ []) when is_atom(name) and is_list(opts), do: {:error, :not_supported}
  def start(_name, _type, _tick_time), do: {:error, :not_supported}
  def stop, do: {:error, :not_found}
  def self, do: :erlang.node()
  def alive?, do: :erlang.is_alive()
  def list, do: :erlang.nodes()
  def list(args), do: :erlang.nodes(args)

  def monitor(node, flag), do: :erlang.monitor_node(node, flag)
  def monitor(node, flag, options), do: :erlang.monitor_node(node, flag, options)

  def ping(node) when is_atom(node), do: if(node == :erlang.node(), do: :pong, else: :pang)
  def disconnect(node) when is_atom(node), do: if(alive?(), do: false, else: :ignored)
  def connect(node) when is_atom(node), do: if(node == :erlang.node() and alive?(), do: true, else: :ignored)

  def spawn(node, fun), do: :erlang.spawn(node, fun)
  def spawn(node, fun, opts) when is_list(opts), do: on(node, fn -> :erlang.spawn_opt(fun, opts) end)
  def spawn(node, module, fun, args), do: :erlang.spawn(node, module, fun, args)
  def spawn(node, module, fun, args, opts), do: on(node, fn -> :erlang.spawn_opt(module, fun, args, opts) end)

  # There is the own node only.
  defp on(node, start) when node == node(), do: start.()
  defp on(node, _start), do: raise(ArgumentError, "cannot spawn on #{inspect(node)}: other nodes are not supported by Cordial")
  def spawn_link(node, fun), do: :erlang.spawn_link(node, fun)
  def spawn_link(node, module, fun, args), do: :erlang.spawn_link(node, module, fun, args)
  def spawn_monitor(node, fun), do: :erlang.spawn_monitor(node, fun)
  def spawn_monitor(node, module, fun, args), do: :erlang.spawn_monitor(node, module, fun, args)

  def set_cookie(node \\ Node.self(), cookie) when is_atom(cookie) do
    _ = node
    :persistent_term.put({Node, :cookie}, cookie)
    true
  end

  def get_cookie, do: :persistent_term.get({Node, :cookie}, :nocookie)
end
