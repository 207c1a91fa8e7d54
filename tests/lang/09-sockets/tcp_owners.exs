# Owners and those who wait: handing over, dying, several acceptors, several receivers, closing while others wait.
local = {127, 0, 0, 1}
me = self()

pair = fn server_options ->
  {:ok, listener} = :gen_tcp.listen(0, [:binary, ip: local] ++ server_options)
  {:ok, port} = :inet.port(listener)
  {:ok, client} = :gen_tcp.connect(local, port, [:binary, active: false])
  {:ok, server} = :gen_tcp.accept(listener)
  :gen_tcp.close(listener)
  {client, server}
end

IO.puts("-- handing over")
{client, server} = pair.(active: true, packet: 1)
for text <- ["a", "b"], do: :gen_tcp.send(client, <<byte_size(text), text::binary>>)
Process.sleep(50)

pid =
  spawn(fn ->
    loop = fn loop ->
      receive do
        {:tcp, _, data} ->
          send(me, {:got, data})
          loop.(loop)

        :stop ->
          exit(:stopped)
      end
    end

    loop.(loop)
  end)

IO.inspect(:gen_tcp.controlling_process(server, pid))
:gen_tcp.send(client, <<1, "c">>)

for _ <- 1..3 do
  receive do
    message -> IO.inspect(message)
  after
    1000 -> IO.puts("nothing")
  end
end

IO.inspect(Port.info(server, :connected) == {:connected, pid})
IO.inspect(:gen_tcp.controlling_process(server, pid))
IO.inspect(:gen_tcp.controlling_process(server, me))

IO.puts("-- the owner's end")
monitor = Port.monitor(server)
send(pid, :stop)

receive do
  {:DOWN, ^monitor, :port, ^server, reason} -> IO.inspect(reason)
after
  1000 -> IO.puts("nothing")
end

IO.inspect(:gen_tcp.recv(client, 0))
IO.inspect(:gen_tcp.send(server, "x"))

IO.puts("-- who is linked to a socket")
{client, server} = pair.(active: false)

friend =
  spawn(fn ->
    Process.link(server)
    send(me, :linked)
    Process.sleep(:infinity)
  end)

receive do: (:linked -> :ok)
IO.inspect(Port.info(server, :links) |> elem(1) |> Enum.sort() == Enum.sort([me, friend]))
monitor = Process.monitor(friend)
Process.unlink(server)
IO.inspect(Port.info(server, :links) == {:links, [friend]})
Process.flag(:trap_exit, true)
Process.exit(server, :enough)

receive do
  {:DOWN, ^monitor, :process, ^friend, reason} -> IO.inspect(reason)
after
  1000 -> IO.puts("nothing")
end

IO.inspect(Port.info(server))
IO.inspect(:gen_tcp.recv(client, 0))

receive do
  {:EXIT, _, reason} -> IO.inspect({:exit, reason})
after
  0 -> :ok
end

IO.puts("-- a normal exit signal")
{client, server} = pair.(active: false)
Task.await(Task.async(fn -> Process.exit(server, :normal) end))
IO.inspect(is_list(Port.info(server)))
Process.exit(server, :normal)
IO.inspect(Port.info(server))
IO.inspect(:gen_tcp.recv(client, 0))

receive do
  {:EXIT, ^server, reason} -> IO.inspect({:exit, reason})
after
  0 -> IO.puts("nothing")
end

IO.puts("-- two receivers")
{client, server} = pair.(active: false)
first = Task.async(fn -> :gen_tcp.recv(server, 0) end)
Process.sleep(50)
IO.inspect(:gen_tcp.recv(server, 0, 100))
:gen_tcp.send(client, "for the first")
IO.inspect(Task.await(first))
late = Task.async(fn -> :gen_tcp.recv(server, 0, 30) end)
IO.inspect(Task.await(late))
:gen_tcp.send(client, "for whoever asks next")
IO.inspect(:gen_tcp.recv(server, 0, 1000))

IO.puts("-- closing while somebody waits")
waiting = Task.async(fn -> :gen_tcp.recv(server, 0) end)
Process.sleep(50)
:gen_tcp.close(server)
IO.inspect(Task.await(waiting))

IO.puts("-- several acceptors")
{:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: local, packet: 1])
{:ok, port} = :inet.port(listener)

acceptors =
  for number <- 1..3 do
    task =
      Task.async(fn ->
        case :gen_tcp.accept(listener) do
          {:ok, socket} ->
            {:ok, data} = :gen_tcp.recv(socket, 0)
            :gen_tcp.send(socket, "#{number} got #{data}")
            {number, data, Port.info(socket, :connected) == {:connected, self()}}

          error ->
            {number, error}
        end
      end)

    Process.sleep(30)
    task
  end

for text <- ["one", "two"] do
  {:ok, client} = :gen_tcp.connect(local, port, [:binary, active: false, packet: 1])
  :gen_tcp.send(client, text)
  IO.inspect(:gen_tcp.recv(client, 0, 1000))
  :gen_tcp.close(client)
end

:gen_tcp.close(listener)
IO.inspect(Task.await_many(acceptors))

IO.puts("-- an acceptor that is killed leaves nothing behind")
{:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: local])
{:ok, port} = :inet.port(listener)
killed = spawn(fn -> :gen_tcp.accept(listener) end)
Process.sleep(30)
Process.exit(killed, :kill)

next =
  Task.async(fn ->
    {:ok, socket} = :gen_tcp.accept(listener, 1000)
    :gen_tcp.recv(socket, 0, 1000)
  end)

Process.sleep(30)
{:ok, client} = :gen_tcp.connect(local, port, [:binary, active: false])
:gen_tcp.send(client, "hello")
IO.inspect(Task.await(next))
