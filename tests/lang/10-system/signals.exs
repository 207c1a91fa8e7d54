# Trapping signals of the system, which the program sends to itself.
me = self()
kill = fn name -> System.cmd("kill", ["-#{name}", System.pid()]) end
next = fn -> receive do m -> m after 3000 -> :nothing end end
quiet = fn -> receive do m -> m after 100 -> :nothing end end

{:ok, id} = System.trap_signal(:sigusr2, fn -> send(me, {:first, self() == Process.whereis(:erl_signal_server)}); :ok end)
IO.inspect(is_reference(id))
IO.inspect(System.trap_signal(:sigusr2, :mine, fn -> send(me, :second); :ok end))
IO.inspect(System.trap_signal(:sigusr2, :mine, fn -> :ok end))

kill.("USR2")
IO.inspect(Enum.sort([next.(), next.()]))

IO.inspect(System.untrap_signal(:sigusr2, id))
IO.inspect(System.untrap_signal(:sigusr2, id))
kill.("USR2")
IO.inspect({next.(), quiet.()})

{:ok, _} = System.trap_signal(:sighup, fn -> send(me, :hup); :ok end)
kill.("HUP")
IO.inspect(next.())

IO.inspect(:os.set_signal(:sighup, :ignore))
kill.("HUP")
IO.inspect(quiet.())

for {signal, option} <- [{:sigint, :ignore}, {:sigusr1, :whatever}, {"sigusr1", :handle}] do
  try do
    :os.set_signal(signal, option)
  rescue
    e -> IO.puts(Exception.message(e))
  end
end

handlers = for {module, {signal, _}} <- :gen_event.which_handlers(:erl_signal_server), do: {module, signal}
IO.inspect(handlers)

for signal <- [:sigint, :sigkill] do
  try do
    System.trap_signal(signal, fn -> :ok end)
  rescue
    e in FunctionClauseError -> IO.inspect({e.function, e.arity})
  end
end

IO.inspect(:init.get_status())
System.stop(4)
Process.sleep(:infinity)
