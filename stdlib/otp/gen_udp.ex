# UDP, with the same shape of socket as gen_tcp.
defmodule :gen_udp do
  @moduledoc false

  @tag :"$inet"

  def open(port), do: open(port, [])

  def open(port, options) do
    options = :inet.normal(options)
    address = :inet.to_address(:proplists.get_value(:ip, options, {0, 0, 0, 0}))

    case :cordial_net.udp_open(address, port) do
      {:ok, handle} ->
        pid = :erlang.spawn(:gen_udp, :init, [handle, options, :erlang.self()])
        {:ok, {@tag, :gen_udp, {pid, handle}}}

      error ->
        error
    end
  end

  def send(socket, {address, port}, data), do: send(socket, address, port, data)

  def send({@tag, :gen_udp, {_, handle}}, address, port, data) do
    case :inet.getaddr(address, :inet) do
      {:ok, ip} -> :cordial_net.udp_send(handle, ip, port, data)
      error -> error
    end
  end

  def recv(socket, length), do: recv(socket, length, :infinity)

  def recv({@tag, :gen_udp, {pid, handle}}, _length, timeout) do
    case :gen_tcp.ask(pid, :options) do
      {:ok, options} ->
        case :cordial_net.udp_recv(handle, timeout) do
          {:ok, {ip, port, bytes}} -> {:ok, {ip, port, :gen_tcp.shaped(bytes, options)}}
          error -> error
        end

      error ->
        error
    end
  end

  def close({@tag, :gen_udp, {pid, handle}}) do
    :cordial_net.close(handle)
    :gen_tcp.ask(pid, :close)
    :ok
  end

  def controlling_process({@tag, :gen_udp, {pid, _}}, new),
    do: :gen_tcp.ask(pid, {:owner, :erlang.self(), new})

  def init(handle, options, owner) do
    mref = :erlang.monitor(:process, owner)
    loop(activate(%{handle: handle, options: options, owner: owner, mref: mref, reader: nil}))
  end

  defp activate(%{reader: nil, options: options, handle: handle} = s) do
    case :proplists.get_value(:active, options, true) do
      false ->
        s

      _ ->
        server = :erlang.self()

        reader =
          :erlang.spawn(fn ->
            :erlang.send(server, {:read, :erlang.self(), :cordial_net.udp_recv(handle, :infinity)})
          end)

        %{s | reader: reader}
    end
  end

  defp activate(s), do: s

  defp loop(%{mref: mref, handle: handle, reader: reader} = s) do
    receive do
      {:"$gen_call", from, :options} ->
        :cordial_call.reply(from, {:ok, s.options})
        loop(s)

      {:"$gen_call", from, {:setopts, new}} ->
        :cordial_call.reply(from, :ok)
        loop(activate(%{s | options: :gen_tcp.merge(new, s.options)}))

      {:"$gen_call", from, {:owner, _asker, new}} ->
        :erlang.demonitor(mref, [:flush])
        :cordial_call.reply(from, :ok)
        loop(%{s | owner: new, mref: :erlang.monitor(:process, new)})

      {:"$gen_call", from, :close} ->
        :cordial_call.reply(from, :ok)

      {:read, ^reader, {:ok, {ip, port, bytes}}} ->
        socket = {@tag, :gen_udp, {:erlang.self(), handle}}
        :erlang.send(s.owner, {:udp, socket, ip, port, :gen_tcp.shaped(bytes, s.options)})
        s = %{s | reader: nil}

        case :proplists.get_value(:active, s.options, true) do
          :once -> loop(%{s | options: :gen_tcp.merge([active: false], s.options)})
          _ -> loop(activate(s))
        end

      {:read, ^reader, {:error, _}} ->
        :cordial_net.close(handle)

      {:DOWN, ^mref, _, _, _} ->
        :cordial_net.close(handle)

      _ ->
        loop(s)
    end
  end
end
