# Active sockets: true, once, a number; how they become passive, and how they end.
local = {127, 0, 0, 1}

pair = fn client_options, server_options ->
  {:ok, listener} = :gen_tcp.listen(0, [ip: local] ++ server_options)
  {:ok, port} = :inet.port(listener)
  {:ok, client} = :gen_tcp.connect(local, port, client_options)
  {:ok, server} = :gen_tcp.accept(listener)
  :gen_tcp.close(listener)
  {client, server}
end

name = fn
  socket when is_port(socket) -> :socket
  other -> other
end

next = fn ->
  receive do
    message -> IO.inspect(message |> Tuple.to_list() |> Enum.map(name) |> List.to_tuple())
  after
    2000 -> IO.puts("nothing")
  end
end

silence = fn ->
  receive do
    message -> IO.inspect(message)
  after
    60 -> IO.puts("silence")
  end
end

IO.puts("-- true")
{client, server} = pair.([:binary, active: false], [:binary, active: true])
:gen_tcp.send(client, "one")
next.()
IO.inspect(:gen_tcp.recv(server, 0))
:gen_tcp.close(client)
next.()
silence.()
IO.inspect({Port.info(server), :gen_tcp.send(server, "x")})

IO.puts("-- once")
{client, server} = pair.([:binary, active: false, packet: 1], [:binary, active: :once, packet: 1])
for i <- 1..3, do: :gen_tcp.send(client, "m#{i}")
next.()
silence.()
IO.inspect(:inet.getopts(server, [:active]))
:inet.setopts(server, active: :once)
next.()
silence.()
IO.inspect(:gen_tcp.recv(server, 0, 1000))

IO.puts("-- a number")
{client, server} = pair.([:binary, active: false, packet: 2], [:binary, active: 2, packet: 2])
for i <- 1..4, do: :gen_tcp.send(client, "m#{i}")
next.()
next.()
next.()
silence.()
:inet.setopts(server, active: 3)
next.()
next.()
silence.()
IO.inspect(:inet.getopts(server, [:active]))
:inet.setopts(server, active: 4)
IO.inspect(:inet.getopts(server, [:active]))
:inet.setopts(server, active: -9)
next.()
IO.inspect(:inet.getopts(server, [:active]))

IO.puts("-- lists, headers, the port's form")
{client, server} = pair.([active: false], active: true)
:gen_tcp.send(client, "abc")
next.()
:inet.setopts(server, [:binary, header: 2])
:gen_tcp.send(client, "abcdef")
next.()
:inet.setopts(server, header: 20)
:gen_tcp.send(client, "abc")
next.()
:inet.setopts(server, [:list, header: 0, deliver: :port])
:gen_tcp.send(client, "abc")
next.()

IO.puts("-- a passive socket whose peer has gone, made active")
{client, server} = pair.([:binary, active: false], [:binary, active: false])
:gen_tcp.send(client, "last")
:gen_tcp.close(client)
:inet.setopts(server, active: true)
next.()
next.()

IO.puts("-- half closed")
{client, server} = pair.([:binary, active: false], [:binary, active: true, exit_on_close: false])
:gen_tcp.send(client, "question")
:gen_tcp.shutdown(client, :write)
next.()
next.()
IO.inspect(:gen_tcp.send(client, "more"))
IO.inspect(:gen_tcp.send(server, "answer"))
IO.inspect(:gen_tcp.recv(client, 0))
IO.inspect(:gen_tcp.close(server))
IO.inspect(:gen_tcp.recv(client, 0))

IO.puts("-- reset")
{client, _server} = pair.([active: false, linger: {true, 0}], [:binary, active: true, show_econnreset: true])
:gen_tcp.close(client)
next.()
next.()
{client, _server} = pair.([active: false, linger: {true, 0}], [:binary, active: true])
:gen_tcp.close(client)
next.()
silence.()

IO.puts("-- trapping exits")
Process.flag(:trap_exit, true)
{client, server} = pair.([active: false], [:binary, active: true])
:gen_tcp.close(client)
next.()
silence.()
{client, server} = {server, elem(pair.([active: false], active: false), 1)}
IO.inspect(Port.info(client))
IO.inspect(Port.close(server))
next.()
silence.()
