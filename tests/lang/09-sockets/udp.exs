# Datagrams: passive and active, connected, closed, over paths.
local = {127, 0, 0, 1}

open = fn options ->
  {:ok, socket} = :gen_udp.open(0, [:binary, active: false, ip: local] ++ options)
  {:ok, port} = :inet.port(socket)
  {socket, port}
end

{a, a_port} = open.([])
{b, b_port} = open.([])
IO.inspect({is_port(a), Port.info(a, :name), :inet.peername(a)})
IO.inspect(:gen_udp.send(a, local, b_port, "first"))
IO.inspect(:gen_udp.send(a, {local, b_port}, ["sec", ?o, "nd"]))
IO.inspect(:gen_udp.send(a, local, b_port, ""))
IO.inspect(match?({:ok, {^local, ^a_port, "first"}}, :gen_udp.recv(b, 0)))
{:ok, {_, _, data}} = :gen_udp.recv(b, 3)
IO.inspect(data)
{:ok, {_, _, data}} = :gen_udp.recv(b, 0, 1000)
IO.inspect(data)
IO.inspect(:gen_udp.recv(b, 0, 20))
IO.inspect(:gen_udp.send(a, local, b_port, :binary.copy("x", 70_000)))
IO.inspect(:gen_udp.send(a, local, 0, "x"))
IO.inspect(:gen_udp.send(a, "nobody"))
IO.inspect(:gen_udp.open(a_port, ip: local))

for options <- [[:such], [packet: 4]] do
  IO.inspect(
    try do
      :gen_udp.open(0, options)
    catch
      class, reason -> {class, reason}
    end
  )
end

next = fn ->
  receive do
    {:udp, _, ip, port, data} -> IO.inspect({:udp, ip, port in [a_port, b_port], data})
    {tag, _} -> IO.inspect(tag)
  after
    200 -> IO.puts("nothing")
  end
end

IO.puts("-- active")
:inet.setopts(b, active: true)
:gen_udp.send(a, local, b_port, "one")
next.()
IO.inspect(:gen_udp.recv(b, 0, 10))
:inet.setopts(b, active: :once)
for i <- 1..2, do: :gen_udp.send(a, local, b_port, "once #{i}")
next.()
next.()
:inet.setopts(b, active: 2, mode: :list)
for i <- 3..4, do: :gen_udp.send(a, local, b_port, "m#{i}")
for _ <- 1..4, do: next.()
IO.inspect(:inet.getopts(b, [:active, :mode]))
{:ok, {_, _, left}} = :gen_udp.recv(b, 0, 100)
IO.inspect(left)

IO.puts("-- connected")
{c, _} = open.([])
IO.inspect(:gen_udp.connect(c, local, a_port))
IO.inspect(:inet.peername(c) == {:ok, {local, a_port}})
IO.inspect(:gen_udp.send(c, "to the peer"))
{:ok, {_, _, data}} = :gen_udp.recv(a, 0, 1000)
IO.inspect(data)
IO.inspect(:gen_udp.close(a))
IO.inspect(:gen_udp.send(c, "to nobody"))
IO.inspect(:gen_udp.recv(c, 0, 1000))

IO.puts("-- owners")
me = self()
pid = spawn(fn -> receive do: ({:udp, _, _, _, data} -> send(me, {:got, data})) end)
IO.inspect(:gen_udp.controlling_process(b, pid))
:inet.setopts(b, active: true)
{d, _} = open.([])
:gen_udp.send(d, local, b_port, "handed over")

receive do
  message -> IO.inspect(message)
after
  1000 -> IO.puts("nothing")
end

Process.sleep(50)
IO.inspect(Port.info(b))

IO.puts("-- closed")
IO.inspect(:gen_udp.close(d))
IO.inspect(:gen_udp.close(d))
IO.inspect(:gen_udp.send(d, local, b_port, "x"))
IO.inspect(:gen_udp.recv(d, 0))
IO.inspect(:inet.port(d))

IO.puts("-- paths")
path = Path.join(System.tmp_dir!(), "udp-#{System.pid()}-#{System.unique_integer([:positive])}")
{:ok, at_path} = :gen_udp.open(0, [:binary, active: false, ip: {:local, path}])
{:ok, nameless} = :gen_udp.open(0, [:local, active: false])
IO.inspect(:gen_udp.send(nameless, {:local, path}, 0, "by path"))
{:ok, from} = :gen_udp.recv(at_path, 0, 1000)
IO.inspect(elem(from, tuple_size(from) - 1))
File.rm!(path)
