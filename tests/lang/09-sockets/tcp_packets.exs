# Packets: lengths of 1, 2 and 4 bytes, lines, HTTP; packets that are too long.
local = {127, 0, 0, 1}

pair = fn client_options, server_options ->
  {:ok, listener} = :gen_tcp.listen(0, [ip: local] ++ server_options)
  {:ok, port} = :inet.port(listener)
  {:ok, client} = :gen_tcp.connect(local, port, client_options)
  {:ok, server} = :gen_tcp.accept(listener)
  :gen_tcp.close(listener)
  {client, server}
end

for size <- [1, 2, 4] do
  {client, server} = pair.([:binary, active: false], [:binary, active: false, packet: size])
  # Piece by piece
  for <<(byte <- <<5::size(size * 8), "hello", 3::size(size * 8), "abc">>)>>, do: :gen_tcp.send(client, <<byte>>)
  IO.inspect({size, :gen_tcp.recv(server, 0), :gen_tcp.recv(server, 0), :gen_tcp.recv(server, 3, 20)})
  :gen_tcp.send(server, ["an", "swer"])
  IO.inspect(:gen_tcp.recv(client, size + 6))
  :inet.setopts(client, packet: size)
  :gen_tcp.send(server, "")
  IO.inspect(:gen_tcp.recv(client, 0))
end

IO.puts("-- lines")
{client, server} = pair.([:binary, active: false, packet: :line], [:binary, active: false, packet: :line])
:gen_tcp.send(client, "first\nsecond\r\n\nthird")
for _ <- 1..4, do: IO.inspect(:gen_tcp.recv(server, 0, 30))
:gen_tcp.send(client, " line\n")
IO.inspect(:gen_tcp.recv(server, 0, 1000))
:inet.setopts(server, buffer: 100)
:gen_tcp.send(client, [:binary.copy("x", 250), "\n"])
for _ <- 1..3, do: :gen_tcp.recv(server, 0, 1000) |> elem(1) |> byte_size() |> IO.inspect()
:gen_tcp.send(client, "unfinished")
:gen_tcp.close(client)
IO.inspect(:gen_tcp.recv(server, 0))

IO.puts("-- a line of its own kind")
{client, server} = pair.([:binary, active: false], active: false, packet: :line)
IO.inspect(:inet.setopts(server, line_delimiter: ?;))
:gen_tcp.send(client, "a;bc;d")
IO.inspect({:gen_tcp.recv(server, 0), :gen_tcp.recv(server, 0), :gen_tcp.recv(server, 0, 20)})
:inet.setopts(server, packet: :raw, mode: :binary)
IO.inspect({:gen_tcp.recv(server, 0), :inet.getopts(server, [:packet, :mode])})

IO.puts("-- too long")
{client, server} = pair.([:binary, active: false], [:binary, active: true, packet: 4, packet_size: 10])
:gen_tcp.send(client, <<10::32, "0123456789">>)
Process.sleep(50)
:gen_tcp.send(client, <<11::32, "0123456789a">>)

for _ <- 1..3 do
  receive do
    message -> IO.inspect(put_elem(message, 1, :socket))
  after
    1000 -> IO.puts("nothing")
  end
end

IO.inspect(Port.info(server))

IO.puts("-- HTTP")

request =
  "GET /path?query=1 HTTP/1.1\r\nHost: example.org\r\nx-own: a\r\n b\r\nContent-Length: 4\r\n\r\nbodyPOST * HTTP/1.0\r\n\r\n"

{client, server} = pair.([:binary, active: false], [:binary, active: false, packet: :http_bin])
:gen_tcp.send(client, request)
for _ <- 1..5, do: IO.inspect(:gen_tcp.recv(server, 0, 1000))
:inet.setopts(server, packet: :raw)
IO.inspect(:gen_tcp.recv(server, 4))
:inet.setopts(server, packet: :http)
for _ <- 1..2, do: IO.inspect(:gen_tcp.recv(server, 0, 1000))
:gen_tcp.send(client, "neither this\r\n")
IO.inspect(:gen_tcp.recv(server, 0, 1000))

{client, server} = pair.([:binary, active: false], [:binary, active: true, packet: :http])
:gen_tcp.send(client, "HTTP/1.1 404 Not Found\r\nServer: me\r\n\r\n")

for _ <- 1..3 do
  receive do
    {:http, ^server, packet} -> IO.inspect(packet)
  after
    1000 -> IO.puts("nothing")
  end
end

:inet.setopts(server, packet: :httph_bin, active: false)
:gen_tcp.send(client, "Date: now\r\nAge: 1\r\n\r\n")
for _ <- 1..3, do: IO.inspect(:gen_tcp.recv(server, 0, 1000))
IO.inspect(:inet.getopts(server, [:packet]))
