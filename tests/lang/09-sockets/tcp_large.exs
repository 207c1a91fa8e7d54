# Data that does not fit into the system's buffers: the sender waits, others do not; nothing is lost at the close.
local = {127, 0, 0, 1}

pair = fn options ->
  {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false, ip: local])
  {:ok, port} = :inet.port(listener)
  {:ok, client} = :gen_tcp.connect(local, port, [:binary, active: false] ++ options)
  {:ok, server} = :gen_tcp.accept(listener)
  {client, server}
end

{client, server} = pair.([])
block = :binary.copy("0123456789abcdef", 65_536)

sender =
  Task.async(fn ->
    for _ <- 1..32, do: :ok = :gen_tcp.send(client, block)
    :sent
  end)

IO.inspect(Task.yield(sender, 200))
IO.inspect(Enum.sum(1..1000))

received =
  Enum.reduce(1..32, :crypto.hash_init(:sha256), fn _, hash ->
    {:ok, data} = :gen_tcp.recv(server, byte_size(block))
    :crypto.hash_update(hash, data)
  end)

expected = Enum.reduce(1..32, :crypto.hash_init(:sha256), fn _, hash -> :crypto.hash_update(hash, block) end)
IO.inspect(:crypto.hash_final(received) == :crypto.hash_final(expected))
IO.inspect(Task.await(sender))
IO.inspect(:inet.getstat(client, [:send_oct, :send_cnt, :send_max, :send_avg, :send_pend]))
IO.inspect(:inet.getstat(server, [:recv_oct]))

IO.puts("-- a time limit for sending")
{client, _server} = pair.(send_timeout: 100)
IO.inspect(:gen_tcp.send(client, :binary.copy("x", 20_000_000)))
IO.inspect(:gen_tcp.send(client, "more"))
{client, _server} = pair.(send_timeout: 100, send_timeout_close: true)
IO.inspect(:gen_tcp.send(client, :binary.copy("x", 20_000_000)))
IO.inspect(:gen_tcp.send(client, "more"))
IO.inspect(:gen_tcp.send(client, "more"))

IO.puts("-- what waits is sent before the end")
{client, server} = pair.([])
IO.inspect(:gen_tcp.send(client, :binary.copy("y", 10_000_000)))
IO.inspect(:gen_tcp.shutdown(client, :write))
{:ok, data} = :gen_tcp.recv(server, 10_000_000)
IO.inspect({byte_size(data), :gen_tcp.recv(server, 0)})

{client, server} = pair.([])
IO.inspect(:gen_tcp.send(client, :binary.copy("z", 10_000_000)))
closer = Task.async(fn -> :gen_tcp.close(client) end)
{:ok, data} = :gen_tcp.recv(server, 10_000_000)
IO.inspect({byte_size(data), Task.await(closer), :gen_tcp.recv(server, 0)})
