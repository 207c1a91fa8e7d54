# What gen_tcp, gen_udp and inet share: options, addresses, waiting. A socket is a port; its natives are :cordial_net.
defmodule :cordial_socket do
  @moduledoc false

  # The socket's kind of addresses and what of the options is not for the socket itself:
  # {family, %{ip:, port:, backlog:}, options}; :error if an option makes no sense.
  def split(options, address \\ nil), do: split(options, start(address), %{}, [])

  defp start({:local, _}), do: :local
  defp start(address) when :erlang.is_tuple(address) and :erlang.tuple_size(address) == 8, do: :inet6
  defp start(_), do: nil

  defp split([], family, own, rest) do
    family = family || of_ip(:maps.get(:ip, own, nil)) || :inet
    {family, own, :lists.reverse(rest)}
  end

  defp split([family | options], _, own, rest) when family in [:inet, :inet6, :local],
    do: split(options, family, own, rest)

  defp split([{:ifaddr, %{addr: ip, port: port}} | options], family, own, rest),
    do: split(options, family, :maps.merge(own, %{ip: ip, port: port}), rest)

  defp split([{key, ip} | options], family, own, rest) when key in [:ip, :ifaddr],
    do: split(options, family, :maps.put(:ip, ip, own), rest)

  defp split([{:port, port} | options], family, own, rest) when :erlang.is_integer(port) and port in 0..65535,
    do: split(options, family, :maps.put(:port, port, own), rest)

  defp split([{:backlog, n} | options], family, own, rest) when :erlang.is_integer(n) and n >= 0,
    do: split(options, family, :maps.put(:backlog, n, own), rest)

  defp split([{:inet_backend, which} | options], family, own, rest) when which in [:inet, :socket],
    do: split(options, family, own, rest)

  # Which module speaks the protocol: there is one only.
  defp split([{module, _} | options], family, own, rest) when module in [:tcp_module, :udp_module],
    do: split(options, family, own, rest)

  defp split([option | options], family, own, rest), do: split(options, family, own, [option | rest])
  defp split(_, _, _, _), do: :error

  defp of_ip({:local, _}), do: :local
  defp of_ip(ip) when :erlang.is_tuple(ip) and :erlang.tuple_size(ip) == 8, do: :inet6
  defp of_ip(_), do: nil

  # The address to bind to: {:ok, address} or :error.
  def local(:local, %{ip: {:local, path}}, _port), do: {:ok, {:local, path(path)}}
  def local(:local, _, _port), do: :error

  def local(family, own, port) do
    case own_ip(family, :maps.get(:ip, own, :any)) do
      {:ok, ip} -> {:ok, {ip, port}}
      :error -> :error
    end
  end

  defp own_ip(:inet, :any), do: {:ok, {0, 0, 0, 0}}
  defp own_ip(:inet, :loopback), do: {:ok, {127, 0, 0, 1}}
  defp own_ip(:inet6, :any), do: {:ok, {0, 0, 0, 0, 0, 0, 0, 0}}
  defp own_ip(:inet6, :loopback), do: {:ok, {0, 0, 0, 0, 0, 0, 0, 1}}

  defp own_ip(family, ip) when :erlang.is_tuple(ip) do
    case :inet.getaddr(ip, family) do
      {:ok, address} -> {:ok, address}
      {:error, _} -> :error
    end
  end

  defp own_ip(_, _), do: :error

  def path(path) when :erlang.is_binary(path), do: path
  def path(path), do: :unicode.characters_to_binary(path)

  # Opens a socket, gives it to `work`, and closes it again if that fails.
  def open(kind, family, options, work) do
    case :cordial_net.open(kind, family, options) do
      {:ok, socket} ->
        case work.(socket) do
          :ok ->
            {:ok, socket}

          error ->
            finish(socket)
            error
        end

      :badarg ->
        :erlang.exit(:badarg)

      error ->
        error
    end
  end

  # The result of a native that may have to be waited for.
  def settle(result, socket, timeout)

  def settle({:wait, reference}, socket, timeout) do
    receive do
      {:"$socket", ^reference, result} -> result
    after
      timeout -> give_up(socket, reference)
    end
  end

  def settle(result, _socket, _timeout), do: result

  defp give_up(socket, reference) do
    case :cordial_net.cancel(socket, reference) do
      true ->
        {:error, :timeout}

      false ->
        receive do
          {:"$socket", ^reference, result} -> result
        end
    end
  end

  # A negative time is no limit.
  def time(timeout) when :erlang.is_integer(timeout) and timeout < 0, do: :infinity
  def time(timeout), do: timeout

  # Ends the port; the exit signal of a port that its owner closes is not for the owner to see.
  def finish(socket) do
    try do
      :erlang.port_close(socket)
    catch
      :error, _ -> :ok
    end

    receive do
      {:EXIT, ^socket, _} -> :ok
    after
      0 -> :ok
    end
  end

  # Another process becomes the owner; what has come for the old one goes to it.
  def hand_over(socket, pid) do
    case :erlang.port_info(socket, :connected) do
      {:connected, ^pid} -> :ok
      {:connected, owner} when owner != :erlang.self() -> {:error, :not_owner}
      {:connected, _} -> give(socket, pid)
      :undefined -> {:error, :closed}
    end
  end

  defp give(socket, pid) do
    active =
      case :cordial_net.get(socket, [:active]) do
        {:ok, [active: active]} -> active
        _ -> false
      end

    :cordial_net.set(socket, active: false)
    forward(socket, pid)

    try do
      :erlang.port_connect(socket, pid)
      :erlang.unlink(socket)
      :cordial_net.set(socket, active: active)
      :ok
    catch
      :error, reason -> {:error, reason}
    end
  end

  defp forward(socket, pid) do
    receive do
      {tag, ^socket, _} = message when tag in [:tcp, :http, :tcp_error, :udp_error] -> pass(message, socket, pid)
      {tag, ^socket} = message when tag in [:tcp_closed, :tcp_passive, :udp_passive] -> pass(message, socket, pid)
      {:udp, ^socket, _, _, _} = message -> pass(message, socket, pid)
    after
      0 -> :ok
    end
  end

  defp pass(message, socket, pid) do
    :erlang.send(pid, message)
    forward(socket, pid)
  end
end
