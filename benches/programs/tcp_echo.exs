# 1,000 connections echoing at once through one VM, which holds both ends: each sends 100 lines and waits for each.
# Prints the time of the echoes, and the memory that the machine had in use with all connections open.
local = {127, 0, 0, 1}
{connections, rounds} = {1000, 100}

{:ok, listener} =
  :gen_tcp.listen(0, [:binary, packet: :line, active: false, backlog: 1024, reuseaddr: true, ip: local])

{:ok, port} = :inet.port(listener)

serve = fn serve, socket ->
  receive do
    {:tcp, ^socket, line} ->
      :ok = :gen_tcp.send(socket, line)
      :inet.setopts(socket, active: :once)
      serve.(serve, socket)

    {:tcp_closed, ^socket} ->
      :ok
  end
end

accept = fn accept ->
  {:ok, socket} = :gen_tcp.accept(listener)

  pid =
    spawn(fn ->
      receive do: (:go -> :ok)
      :inet.setopts(socket, active: :once)
      serve.(serve, socket)
    end)

  :ok = :gen_tcp.controlling_process(socket, pid)
  send(pid, :go)
  accept.(accept)
end

spawn_link(fn -> accept.(accept) end)
me = self()

clients =
  for number <- 1..connections do
    spawn_link(fn ->
      {:ok, socket} = :gen_tcp.connect(local, port, [:binary, packet: :line, active: false])
      send(me, :ready)
      receive do: (:go -> :ok)

      for round <- 1..rounds do
        line = "client #{number} round #{round}\n"
        :ok = :gen_tcp.send(socket, line)
        {:ok, ^line} = :gen_tcp.recv(socket, 0)
      end

      send(me, :done)
      receive do: (:stop -> :gen_tcp.close(socket))
    end)
  end

for _ <- clients, do: receive(do: (:ready -> :ok))
started = System.monotonic_time(:millisecond)
for pid <- clients, do: send(pid, :go)
for _ <- clients, do: receive(do: (:done -> :ok))
elapsed = System.monotonic_time(:millisecond) - started

"VmRSS:" <> resident =
  "/proc/self/status" |> File.read!() |> String.split("\n") |> Enum.find(&String.starts_with?(&1, "VmRSS:"))

IO.puts("#{connections * rounds} echoes: #{elapsed} ms; resident:#{String.replace(resident, ~r/\s+/, " ")}")
