# Purging: what :code and :erlang answer, funs of purged versions, literals that outlive their module.
Code.compiler_options(ignore_module_conflict: true)
:logger.set_primary_config(:level, :none)

compile = fn n ->
  Code.compile_string("""
  defmodule P do
    def f, do: fn x -> {#{n}, x} end
    def lit, do: {:big, [1, 2, 3], "a binary that is longer than sixty-four bytes, so that it is shared by count", %{a: #{n}}}
    def wait(to), do: receive(do: (:go -> send(to, {:done, lit()})))
  end
  """)
end

attempt = fn call ->
  try do
    call.()
  rescue
    error -> error.__struct__
  catch
    kind, reason -> {kind, reason}
  end
end

compile.(1)
f = apply(P, :f, [])
literal = apply(P, :lit, [])
parent = self()

holder =
  spawn(fn ->
    Process.put(:fun, apply(P, :f, []))
    held = apply(P, :lit, [])
    receive do: (:go -> send(parent, {:held, held, attempt.(fn -> Process.get(:fun).(1) end)}))
  end)

Process.sleep(20)
IO.inspect(:code.delete(P))
IO.inspect({:check, :erlang.check_process_code(holder, P), :erlang.check_process_code(self(), P)})
IO.inspect({:delete_again, :code.delete(P), attempt.(fn -> :erlang.delete_module(P) end)})
IO.inspect(f.(0))
IO.inspect({:soft, :code.soft_purge(P)})
IO.inspect(attempt.(fn -> f.(1) end))
IO.inspect(literal)
send(holder, :go)
IO.inspect(receive do: ({:held, _, _} = held -> held))

[{P, two}] = compile.(2)
IO.inspect(attempt.(fn -> f.(1) end))
IO.inspect(Function.info(f, :name))
waiting = spawn(P, :wait, [self()])
Process.sleep(20)
[{P, three}] = compile.(3)
IO.inspect({:old, :erlang.check_old_code(P), :erlang.check_process_code(waiting, P)})
IO.inspect({:soft, :code.soft_purge(P), Process.alive?(waiting)})
IO.inspect({:load, :erlang.load_module(P, two)})
send(waiting, :go)
IO.inspect(receive do: ({:done, _} = done -> done))
IO.inspect({:load, :code.load_binary(P, ~c"nofile", two), apply(P, :lit, []) |> elem(3)})
waiting = spawn(P, :wait, [self()])
watch = Process.monitor(waiting)
Process.sleep(20)
IO.inspect({:load, :code.load_binary(P, ~c"nofile", three), Process.alive?(waiting)})
IO.inspect({:load, :code.load_binary(P, ~c"nofile", two)})
IO.inspect(receive do: ({:DOWN, ^watch, _, _, reason} -> reason))
IO.inspect({:junk, :code.load_binary(P, ~c"nofile", "junk"), :code.load_binary(Q, ~c"nofile", two)})
IO.inspect({:junk, :erlang.load_module(P, "junk"), :erlang.check_old_code(P)})
IO.inspect({:nobody, :code.delete(Nope), :code.purge(Nope), :code.soft_purge(Nope), :erlang.delete_module(Nope)})
IO.inspect(attempt.(fn -> :erlang.purge_module(Nope) end))
IO.inspect({:purge, :erlang.purge_module(P), attempt.(fn -> :erlang.purge_module(P) end)})
IO.inspect(attempt.(fn -> :erlang.check_process_code(self(), 1) end))
IO.inspect({:code.is_loaded(Nope), :code.load_file(Nope), :code.ensure_loaded(Nope), :code.get_object_code(Nope)})
IO.inspect({:code.ensure_modules_loaded([Enum, Nope]), :code.module_status(Nope), :code.module_status(P)})

# Many versions, each with a process that is in the one before and one that goes along.
defmodule Keeper do
  def loop(count), do: receive(do: ({:ask, from} -> send(from, {count, apply(P, :lit, []) |> elem(3)}) && loop(count + 1)))
end

keeper = spawn(Keeper, :loop, [0])

for n <- 10..40 do
  compile.(n)
  send(keeper, {:ask, self()})
  receive do: ({count, %{a: ^n}} -> ^count = n - 10)
end

IO.inspect(literal)
IO.inspect(Process.alive?(keeper))
