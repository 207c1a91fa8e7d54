# UDP, and datagrams over paths of the file system.
defmodule :gen_udp do
  @moduledoc false

  def open(port), do: open(port, [])

  # Options that only streams have.
  @of_streams [
    :packet,
    :packet_size,
    :exit_on_close,
    :nodelay,
    :keepalive,
    :linger,
    :send_timeout,
    :send_timeout_close,
    :delay_send,
    :show_econnreset,
    :line_delimiter,
    :backlog
  ]

  def open(port, options) when :erlang.is_list(options) do
    if :lists.any(fn name -> :proplists.is_defined(name, options) end, @of_streams), do: :erlang.exit(:badarg)

    case :cordial_socket.split(options) do
      {family, own, rest} when :erlang.is_integer(port) and port in 0..65535 ->
        port = if port == 0, do: :maps.get(:port, own, 0), else: port
        open(family, address(family, own, port), rest)

      _ ->
        :erlang.exit(:badarg)
    end
  end

  # A socket without a path can send, but nobody can send to it.
  defp address(:local, own, _) when not :erlang.is_map_key(:ip, own), do: :none

  defp address(family, own, port) do
    case :cordial_socket.local(family, own, port) do
      {:ok, address} -> address
      :error -> :erlang.exit(:badarg)
    end
  end

  defp open(family, address, options) do
    :cordial_socket.open(:datagrams, family, options, fn socket ->
      case address == :none or :cordial_net.bind(socket, address) do
        done when done in [true, :ok] -> :cordial_net.start(socket)
        error -> error
      end
    end)
  end

  def connect(socket, %{addr: ip, port: port}), do: connect(socket, ip, port)

  def connect(socket, address, port) when :erlang.is_port(socket) do
    case target(socket, address, port) do
      {:ok, target} -> :cordial_socket.settle(:cordial_net.connect(socket, target), socket, :infinity)
      error -> error
    end
  end

  def send(socket, data) when :erlang.is_port(socket) do
    case :cordial_net.send_to(socket, :peer, data) do
      # Without a peer there is no place to send to.
      {:error, reason} when reason in [:edestaddrreq, :enotconn] -> {:error, :einval}
      result -> result
    end
  end

  def send(socket, {:local, path}, data), do: to(socket, {:local, path}, 0, data)
  def send(socket, {address, port}, data), do: to(socket, address, port, data)
  def send(socket, %{addr: address, port: port}, data), do: to(socket, address, port, data)

  def send(socket, {address, port}, [], data), do: to(socket, address, port, data)
  def send(socket, address, port, data), do: to(socket, address, port, data)
  def send(socket, address, port, [], data), do: to(socket, address, port, data)

  defp to(socket, address, port, data) when :erlang.is_port(socket) do
    case target(socket, address, port) do
      {:ok, {_, 0}} -> {:error, :einval}
      {:ok, target} -> :cordial_net.send_to(socket, target, data)
      error -> error
    end
  end

  defp target(_socket, {:local, path}, _port), do: {:ok, {:local, :cordial_socket.path(path)}}

  defp target(socket, address, port) when :erlang.is_integer(port) and port in 0..65535 do
    case :cordial_net.kind(socket) do
      {_, family, _} ->
        case :inet.getaddr(address, family) do
          {:ok, ip} -> {:ok, {ip, port}}
          error -> error
        end

      :undefined ->
        {:error, :closed}
    end
  end

  def recv(socket, length), do: recv(socket, length, :infinity)

  def recv(socket, length, timeout)
      when :erlang.is_port(socket) and :erlang.is_integer(length) and length >= 0 and
             (timeout == :infinity or :erlang.is_integer(timeout)) do
    :cordial_socket.settle(:cordial_net.recv(socket, 0), socket, :cordial_socket.time(timeout))
  end

  def close(socket) when :erlang.is_port(socket) do
    :cordial_socket.finish(socket)
    :ok
  end

  def controlling_process(socket, pid) when :erlang.is_port(socket) and :erlang.is_pid(pid),
    do: :cordial_socket.hand_over(socket, pid)
end
