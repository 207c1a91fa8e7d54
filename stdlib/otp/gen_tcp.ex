# TCP, and streams over paths of the file system.
defmodule :gen_tcp do
  @moduledoc false

  @backlog 5

  def listen(port, options) when :erlang.is_list(options) do
    case :cordial_socket.split(options) do
      {family, own, rest} when :erlang.is_integer(port) and port in 0..65535 ->
        # `port: n` is for what calls this with 0.
        port = if port == 0, do: :maps.get(:port, own, 0), else: port

        case :cordial_socket.local(family, own, port) do
          {:ok, address} -> listen(family, address, :maps.get(:backlog, own, @backlog), rest)
          :error -> :erlang.exit(:badarg)
        end

      _ ->
        :erlang.exit(:badarg)
    end
  end

  defp listen(family, address, backlog, options) do
    :cordial_socket.open(:stream, family, options, fn socket ->
      case :cordial_net.bind(socket, address) do
        :ok -> :cordial_net.listen(socket, backlog)
        error -> error
      end
    end)
  end

  def accept(socket), do: accept(socket, :infinity)

  def accept(socket, timeout)
      when :erlang.is_port(socket) and (timeout == :infinity or :erlang.is_integer(timeout)) do
    :cordial_socket.settle(:cordial_net.accept(socket), socket, :cordial_socket.time(timeout))
  end

  def connect(%{family: _} = address, options), do: connect(address, options, :infinity)

  def connect(%{family: :local, path: path}, options, timeout),
    do: connect({:local, path}, 0, options, timeout)

  def connect(%{addr: ip, port: port}, options, timeout), do: connect(ip, port, options, timeout)
  def connect(address, port, options), do: connect(address, port, options, :infinity)

  def connect(address, port, options, timeout)
      when :erlang.is_list(options) and (timeout == :infinity or :erlang.is_integer(timeout)) do
    with {family, own, rest} <- :cordial_socket.split(options, address),
         {:ok, port} <- port_number(family, port) do
      case targets(family, address, port) do
        {:ok, targets} -> first(targets, family, own, rest, until(timeout))
        {:error, :einval} -> :erlang.exit(:badarg)
        error -> error
      end
    else
      _ -> :erlang.exit(:badarg)
    end
  end

  defp port_number(:local, 0), do: {:ok, 0}
  defp port_number(:local, _), do: :error
  defp port_number(_, port) when :erlang.is_integer(port) and port in 0..65535, do: {:ok, port}
  defp port_number(_, name) when :erlang.is_atom(name), do: :inet.getservbyname(name, :tcp)
  defp port_number(_, _), do: :error

  defp targets(:local, {:local, path}, _), do: {:ok, [{:local, :cordial_socket.path(path)}]}
  defp targets(:local, _, _), do: {:error, :einval}

  defp targets(family, address, port) do
    case :inet.getaddrs(address, family) do
      {:ok, ips} -> {:ok, for(ip <- ips, do: {ip, port})}
      error -> error
    end
  end

  defp until(:infinity), do: :infinity
  defp until(timeout), do: :erlang.monotonic_time(:millisecond) + timeout

  defp left(:infinity), do: :infinity
  defp left(until), do: :erlang.max(0, until - :erlang.monotonic_time(:millisecond))

  # A name may have several addresses: the first that answers counts.
  defp first([target | others], family, own, options, until) do
    case connect_to(target, family, own, options, left(until)) do
      {:error, reason} when others != [] and reason not in [:timeout, :eaddrinuse] ->
        first(others, family, own, options, until)

      result ->
        result
    end
  end

  defp connect_to(target, family, own, options, timeout) do
    :cordial_socket.open(:stream, family, options, fn socket ->
      case bind(socket, family, own) do
        :ok -> :cordial_socket.settle(:cordial_net.connect(socket, target), socket, timeout)
        error -> error
      end
    end)
  end

  defp bind(socket, family, own) do
    case :maps.is_key(:ip, own) or :maps.is_key(:port, own) do
      false ->
        :ok

      true ->
        case :cordial_socket.local(family, own, :maps.get(:port, own, 0)) do
          {:ok, address} -> :cordial_net.bind(socket, address)
          :error -> :erlang.exit(:badarg)
        end
    end
  end

  def send(socket, data) when :erlang.is_port(socket) do
    case :cordial_net.send(socket, data) do
      {:wait, reference, timeout, close} ->
        case :cordial_socket.settle({:wait, reference}, socket, timeout) do
          {:error, :timeout} when close ->
            :cordial_net.abandon(socket)
            {:error, :timeout}

          result ->
            result
        end

      result ->
        result
    end
  end

  def recv(socket, length), do: recv(socket, length, :infinity)

  def recv(socket, length, timeout)
      when :erlang.is_port(socket) and :erlang.is_integer(length) and length >= 0 and
             (timeout == :infinity or :erlang.is_integer(timeout)) do
    :cordial_socket.settle(:cordial_net.recv(socket, length), socket, :cordial_socket.time(timeout))
  end

  # Data that can still be sent to the peer is sent first.
  def close(socket) when :erlang.is_port(socket) do
    drain(socket, :infinity)
    :cordial_socket.finish(socket)
    :ok
  end

  # As long as the peer takes some of it.
  @patience 180_000

  defp drain(socket, before) do
    case :cordial_socket.settle(:cordial_net.drain(socket), socket, @patience) do
      {:error, :timeout} ->
        case :cordial_net.statistics(socket, [:send_pend]) do
          {:ok, [send_pend: pending]} when pending > 0 and pending < before -> drain(socket, pending)
          _ -> :ok
        end

      _ ->
        :ok
    end
  end

  def shutdown(socket, how) when :erlang.is_port(socket) and how in [:read, :write, :read_write],
    do: :cordial_net.shutdown(socket, how)

  def controlling_process(socket, pid) when :erlang.is_port(socket) and :erlang.is_pid(pid),
    do: :cordial_socket.hand_over(socket, pid)

  def unrecv(_socket, ""), do: :ok
  def unrecv(_socket, _data), do: {:error, :enotsup}
end
