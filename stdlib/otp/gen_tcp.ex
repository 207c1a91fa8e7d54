# TCP. A socket is {:"$inet", :gen_tcp, {pid, handle}}: the handle is the machine's, the process holds the
# options, hands active data to the owner, and closes the handle when the owner ends.
defmodule :gen_tcp do
  @moduledoc false

  @tag :"$inet"

  def listen(port, options) do
    options = :inet.normal(options)
    address = :proplists.get_value(:ip, options, :proplists.get_value(:ifaddr, options, any(options)))

    case :cordial_net.listen(:inet.to_address(address), port) do
      {:ok, handle} -> {:ok, start(handle, options, :listener)}
      error -> error
    end
  end

  defp any(options) do
    case :lists.member(:inet6, options) do
      true -> {0, 0, 0, 0, 0, 0, 0, 0}
      false -> {0, 0, 0, 0}
    end
  end

  def accept(socket), do: accept(socket, :infinity)

  def accept({@tag, :gen_tcp, {pid, handle}}, timeout) do
    case :cordial_net.accept(handle, timeout) do
      {:ok, new} ->
        case ask(pid, :options) do
          {:ok, options} ->
            {:ok, start(new, options, :stream)}

          _ ->
            :cordial_net.close(new)
            {:error, :closed}
        end

      error ->
        error
    end
  end

  def connect(address, port, options), do: connect(address, port, options, :infinity)

  def connect(address, port, options, timeout) do
    options = :inet.normal(options)

    case :inet.getaddr(address, if(:lists.member(:inet6, options), do: :inet6, else: :inet)) do
      {:ok, ip} ->
        case :cordial_net.connect(ip, port, timeout) do
          {:ok, handle} -> {:ok, start(handle, options, :stream)}
          error -> error
        end

      error ->
        error
    end
  end

  def send({@tag, :gen_tcp, {pid, handle}}, data) do
    case packet(pid) do
      n when n == 1 or n == 2 or n == 4 ->
        bytes = :erlang.iolist_to_binary(data)
        size = :erlang.byte_size(bytes)
        :cordial_net.send(handle, [<<size::size(n)-unit(8)>>, bytes])

      _ ->
        :cordial_net.send(handle, data)
    end
  end

  defp packet(pid) do
    case ask(pid, :options) do
      {:ok, options} -> :proplists.get_value(:packet, options, 0)
      _ -> 0
    end
  end

  def recv(socket, length), do: recv(socket, length, :infinity)

  def recv({@tag, :gen_tcp, {pid, handle}}, length, timeout) do
    case ask(pid, :options) do
      {:ok, options} ->
        case :proplists.get_value(:active, options, true) do
          false -> read(handle, length, timeout, options)
          _ -> {:error, :einval}
        end

      error ->
        error
    end
  end

  # One packet, in the shape that the options ask for.
  def read(handle, length, timeout, options) do
    got =
      case :proplists.get_value(:packet, options, 0) do
        :line ->
          :cordial_net.recv(handle, :line, timeout)

        n when n == 1 or n == 2 or n == 4 ->
          case :cordial_net.recv(handle, n, timeout) do
            {:ok, head} -> :cordial_net.recv(handle, :binary.decode_unsigned(head), timeout)
            error -> error
          end

        _ when length == 0 ->
          :cordial_net.recv(handle, :some, timeout)

        _ ->
          :cordial_net.recv(handle, length, timeout)
      end

    case got do
      {:ok, bytes} -> {:ok, shaped(bytes, options)}
      error -> error
    end
  end

  def shaped(bytes, options) do
    case :proplists.get_value(:mode, options, :list) do
      :binary -> bytes
      :list -> :erlang.binary_to_list(bytes)
    end
  end

  def close({@tag, :gen_tcp, {pid, handle}}) do
    :cordial_net.close(handle)
    ask(pid, :close)
    :ok
  end

  def shutdown({@tag, :gen_tcp, {_pid, handle}}, how), do: :cordial_net.shutdown(handle, how)

  def controlling_process({@tag, :gen_tcp, {pid, _}}, new) do
    case ask(pid, {:owner, :erlang.self(), new}) do
      {:error, :closed} -> {:error, :closed}
      reply -> reply
    end
  end

  # --- the process behind a socket -------------------------------------------------------------

  def ask(pid, request) do
    case :cordial_call.ask(pid, :"$gen_call", request, :infinity) do
      {:ok, reply} -> reply
      {:exit, _} -> {:error, :closed}
    end
  end

  defp start(handle, options, kind) do
    owner = :erlang.self()
    if :proplists.get_value(:nodelay, options, false), do: :cordial_net.nodelay(handle, true)
    pid = :erlang.spawn(:gen_tcp, :init, [handle, options, owner, kind])
    {@tag, :gen_tcp, {pid, handle}}
  end

  def init(handle, options, owner, kind) do
    mref = :erlang.monitor(:process, owner)
    s = %{handle: handle, options: options, owner: owner, mref: mref, kind: kind, reader: nil}
    loop(activate(s))
  end

  # While a socket is active a reader of its own waits for data.
  defp activate(%{kind: :stream, reader: nil, options: options, handle: handle} = s) do
    case :proplists.get_value(:active, options, true) do
      false ->
        s

      _ ->
        server = :erlang.self()

        reader =
          :erlang.spawn(fn ->
            :erlang.send(server, {:read, :erlang.self(), read(handle, 0, :infinity, options)})
          end)

        %{s | reader: reader}
    end
  end

  defp activate(s), do: s

  defp loop(%{mref: mref, handle: handle, reader: reader} = s) do
    socket = {@tag, :gen_tcp, {:erlang.self(), handle}}

    receive do
      {:"$gen_call", from, :options} ->
        :cordial_call.reply(from, {:ok, s.options})
        loop(s)

      {:"$gen_call", from, {:setopts, new}} ->
        :cordial_call.reply(from, :ok)
        loop(activate(%{s | options: merge(new, s.options)}))

      {:"$gen_call", from, {:owner, asker, new}} ->
        case asker == s.owner do
          true ->
            :erlang.demonitor(mref, [:flush])
            :cordial_call.reply(from, :ok)
            loop(%{s | owner: new, mref: :erlang.monitor(:process, new)})

          false ->
            :cordial_call.reply(from, {:error, :not_owner})
            loop(s)
        end

      {:"$gen_call", from, :close} ->
        :cordial_call.reply(from, :ok)

      {:read, ^reader, {:ok, data}} ->
        :erlang.send(s.owner, {:tcp, socket, data})
        s = %{s | reader: nil}

        case :proplists.get_value(:active, s.options, true) do
          true ->
            loop(activate(s))

          :once ->
            loop(%{s | options: merge([active: false], s.options)})

          n when n > 1 ->
            loop(activate(%{s | options: merge([active: n - 1], s.options)}))

          _ ->
            :erlang.send(s.owner, {:tcp_passive, socket})
            loop(%{s | options: merge([active: false], s.options)})
        end

      {:read, ^reader, {:error, :closed}} ->
        :erlang.send(s.owner, {:tcp_closed, socket})
        :cordial_net.close(handle)

      {:read, ^reader, {:error, reason}} ->
        :erlang.send(s.owner, {:tcp_error, socket, reason})
        :erlang.send(s.owner, {:tcp_closed, socket})
        :cordial_net.close(handle)

      {:DOWN, ^mref, _, _, _} ->
        :cordial_net.close(handle)

      _ ->
        loop(s)
    end
  end

  def merge(new, options) do
    :lists.foldl(
      fn
        {key, _} = pair, acc -> [pair | :proplists.delete(key, acc)]
        other, acc -> [other | :lists.delete(other, acc)]
      end,
      options,
      :inet.normal(new)
    )
  end
end
