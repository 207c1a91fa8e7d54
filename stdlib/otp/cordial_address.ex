# What a server can be called: a pid, a registered name, a name on a node, or a name that another module keeps.
defmodule :cordial_address do
  @moduledoc false

  @doc """
  The process behind an address: a pid, `{name, node}` for one on another node, or `:undefined`.
  """
  def find(pid) when :erlang.is_pid(pid), do: pid
  def find(name) when :erlang.is_atom(name), do: :erlang.whereis(name)
  def find({:local, name}), do: :erlang.whereis(name)
  def find({:global, name}), do: :global.whereis_name(name)
  def find({:via, registry, name}), do: registry.whereis_name(name)

  def find({name, node} = remote) when :erlang.is_atom(name) and :erlang.is_atom(node),
    do: if(node == :erlang.node(), do: :erlang.whereis(name), else: remote)

  def find(other), do: :erlang.error(:badarg, [other])

  @doc """
  Sends without caring whether anybody is there.
  """
  def post(address, message) do
    try do
      case address do
        {:via, registry, name} -> registry.send(name, message)
        {:global, _} -> post_found(find(address), message)
        _ -> :erlang.send(address, message)
      end
    catch
      _, _ -> :ok
    end

    :ok
  end

  defp post_found(:undefined, _message), do: :ok
  defp post_found(pid, message), do: :erlang.send(pid, message)

  @doc """
  Takes the name for the calling process: `:yes`, or `{:no, owner}`. A server without a name is its own pid.
  """
  def claim(pid) when :erlang.is_pid(pid), do: :yes
  def claim({:global, name} = address), do: claimed(:global.register_name(name, :erlang.self()), address)

  def claim({:via, registry, name} = address),
    do: claimed(registry.register_name(name, :erlang.self()), address)

  def claim({:local, name} = address) do
    try do
      :erlang.register(name, :erlang.self())
      :yes
    catch
      :error, _ -> claimed(:no, address)
    end
  end

  defp claimed(:yes, _address), do: :yes
  defp claimed(:no, address), do: {:no, find(address)}

  @doc """
  Gives the name back, for a process that ends before it became a server.
  """
  def release(pid) when :erlang.is_pid(pid), do: :ok
  def release({:global, name}), do: :global.unregister_name(name)
  def release({:via, registry, name}), do: registry.unregister_name(name)

  def release({:local, name}) do
    try do
      :erlang.unregister(name)
    catch
      :error, :badarg -> :ok
    end
  end

  @doc """
  The name without its kind, as reports tell it.
  """
  def label({:via, _registry, name}), do: name
  def label({kind, name}) when kind == :local or kind == :global, do: name
  def label(pid), do: pid

  @doc """
  The process that started the caller, from its list of ancestors.
  """
  def parent do
    case :erlang.get(:"$ancestors") do
      [ancestor | _] -> find(ancestor)
      _ -> :undefined
    end
  end
end
