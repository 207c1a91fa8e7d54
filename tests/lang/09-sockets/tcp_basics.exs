# Listening, connecting, sending and receiving; what closed and wrong sockets answer.
local = {127, 0, 0, 1}
show = fn label, result -> IO.puts("#{label}: #{inspect(result)}") end

attempt = fn fun ->
  try do
    fun.()
  catch
    class, reason -> {class, reason}
  end
end

{:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, reuseaddr: true, ip: local])
{:ok, {^local, port}} = :inet.sockname(listener)
show.("port", port > 0 and {:ok, port} == :inet.port(listener))
{:ok, client} = :gen_tcp.connect(local, port, [:binary, active: false])
{:ok, server} = :gen_tcp.accept(listener)
show.("ports", Enum.map([listener, client, server], &is_port/1))
show.("name", Port.info(client, :name))
show.("owner", Port.info(server, :connected) == {:connected, self()})
show.("links", Port.info(server, :links) == {:links, [self()]})
show.("addresses meet", :inet.sockname(client) == :inet.peername(server))

show.("send", :gen_tcp.send(client, ["hel", ?l, [?o | " you"]]))
show.("recv 5", :gen_tcp.recv(server, 5))
show.("recv", :gen_tcp.recv(server, 0))
show.("recv in time", :gen_tcp.recv(server, 0, 20))
show.("recv of none in time", :gen_tcp.recv(server, 4, 0))
:gen_tcp.send(client, "ab")
show.("too little", :gen_tcp.recv(server, 4, 20))
:gen_tcp.send(client, "cd")
show.("enough", :gen_tcp.recv(server, 4, 1000))

IO.puts("-- refused")
show.("accept in time", :gen_tcp.accept(listener, 20))
show.("accept on a connection", :gen_tcp.accept(client, 20))
show.("recv on a listener", :gen_tcp.recv(listener, 0, 20))
show.("send on a listener", :gen_tcp.send(listener, "x"))
show.("shutdown of a listener", :gen_tcp.shutdown(listener, :write))
show.("peer of a listener", :inet.peername(listener))
show.("too much", :gen_tcp.recv(server, 0x4000001))
show.("the port again", :gen_tcp.listen(port, ip: local))
show.("no such option", attempt.(fn -> :gen_tcp.listen(0, [:such]) end))
show.("no such address", attempt.(fn -> :gen_tcp.connect({1, 2, 3}, port, []) end))
show.("no such path", attempt.(fn -> :gen_tcp.connect({:local, "/no/such"}, 0, [:local]) end))
show.("option set", :inet.setopts(client, such: 1))
show.("option got", :inet.getopts(client, [:active, :such]))
show.("not the owner", Task.await(Task.async(fn -> :gen_tcp.controlling_process(client, self()) end)))
{:ok, unused} = :gen_tcp.listen(0, ip: local)
{:ok, free} = :inet.port(unused)
:gen_tcp.close(unused)
show.("nobody listens", :gen_tcp.connect(local, free, []))

IO.puts("-- closed")
show.("close", :gen_tcp.close(client))
show.("close again", :gen_tcp.close(client))
show.("info", Port.info(client))
show.("send", :gen_tcp.send(client, "x"))
show.("recv", :gen_tcp.recv(client, 0))
show.("shutdown", :gen_tcp.shutdown(client, :write))
show.("accept", :gen_tcp.accept(client))
show.("setopts", :inet.setopts(client, active: true))
show.("getopts", :inet.getopts(client, [:active]))
show.("getstat", :inet.getstat(client))
show.("sockname", :inet.sockname(client))
show.("peername", :inet.peername(client))
show.("port", :inet.port(client))
show.("controlling_process", :gen_tcp.controlling_process(client, self()))
show.("Port.close", attempt.(fn -> Port.close(client) end))
show.("peer's recv", :gen_tcp.recv(server, 0))
show.("peer's recv again", :gen_tcp.recv(server, 0))
show.("peer's send", :gen_tcp.send(server, "x"))
