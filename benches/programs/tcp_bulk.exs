# 200 MB through one loopback connection in pieces of 64 KiB: received passively, then actively (`active: 100`).
local = {127, 0, 0, 1}
total = 200 * 1024 * 1024
block = :binary.copy("0123456789abcdef", 4096)

run = fn label, options, receive_all ->
  {:ok, listener} = :gen_tcp.listen(0, [:binary, ip: local] ++ options)
  {:ok, port} = :inet.port(listener)

  sender =
    Task.async(fn ->
      {:ok, socket} = :gen_tcp.connect(local, port, [:binary, active: false])
      for _ <- 1..div(total, byte_size(block)), do: :ok = :gen_tcp.send(socket, block)
      :gen_tcp.close(socket)
    end)

  {:ok, socket} = :gen_tcp.accept(listener)
  started = System.monotonic_time(:millisecond)
  ^total = receive_all.(socket)
  elapsed = System.monotonic_time(:millisecond) - started
  Task.await(sender)
  IO.puts("#{label}: #{elapsed} ms")
end

passive = fn passive, socket, sum ->
  case :gen_tcp.recv(socket, 0) do
    {:ok, data} -> passive.(passive, socket, sum + byte_size(data))
    {:error, :closed} -> sum
  end
end

exact = fn exact, socket, sum ->
  case :gen_tcp.recv(socket, 65_536) do
    {:ok, data} -> exact.(exact, socket, sum + byte_size(data))
    {:error, :closed} -> sum
  end
end

active = fn active, socket, sum ->
  receive do
    {:tcp, ^socket, data} ->
      active.(active, socket, sum + byte_size(data))

    {:tcp_passive, ^socket} ->
      :inet.setopts(socket, active: 100)
      active.(active, socket, sum)

    {:tcp_closed, ^socket} ->
      sum
  end
end

run.("passive, what there is", [active: false], &passive.(passive, &1, 0))
run.("passive, what there is, buffer of 64 KiB", [active: false, buffer: 65_536], &passive.(passive, &1, 0))
run.("passive, 64 KiB", [active: false], &exact.(exact, &1, 0))
run.("active", [active: 100], &active.(active, &1, 0))
run.("active, buffer of 64 KiB", [active: 100, buffer: 65_536], &active.(active, &1, 0))
