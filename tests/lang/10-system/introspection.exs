# What a program can ask about the machine it runs on, by the shape of the answers.
shape = fn shape, t ->
  cond do
    is_integer(t) -> :int
    is_list(t) -> t |> Enum.map(&shape.(shape, &1)) |> Enum.uniq()
    is_tuple(t) -> t |> Tuple.to_list() |> Enum.map(&shape.(shape, &1)) |> List.to_tuple()
    is_map(t) -> :map
    is_pid(t) -> :pid
    is_reference(t) -> :ref
    true -> t
  end
end

safe = fn f -> try do f.() rescue e -> {:raised, e.__struct__} end end

IO.inspect(:erlang.statistics(:scheduler_wall_time))
IO.inspect(:erlang.system_flag(:scheduler_wall_time, true))

for k <- [:active_tasks, :context_switches, :exact_reductions, :garbage_collection, :io, :reductions, :run_queue, :run_queue_lengths,
          :run_queue_lengths_all, :runtime, :scheduler_wall_time, :total_active_tasks, :total_run_queue_lengths, :wall_clock, :nonsense] do
  IO.inspect({k, shape.(shape, safe.(fn -> :erlang.statistics(k) end))})
end

work = fn -> Enum.reduce(1..300_000, 0, fn i, sum -> sum + rem(i, 7) end) end
[before, later] = for _ <- 1..2, do: (work.(); :erlang.statistics(:scheduler_wall_time) |> Enum.sort())
IO.inspect(Enum.zip(before, later) |> Enum.all?(fn {{id, a0, t0}, {id, a1, t1}} -> a1 >= a0 and t1 > t0 and a1 - a0 <= (t1 - t0) * 1.01 + 1_000_000 end))
IO.inspect(Enum.zip(before, later) |> Enum.any?(fn {{_, a0, _}, {_, a1, _}} -> a1 > a0 end))
IO.inspect(:erlang.system_flag(:scheduler_wall_time, false))
IO.inspect(safe.(fn -> :erlang.system_flag(:scheduler_wall_time, 1) end))
IO.inspect(safe.(fn -> :erlang.system_flag(:nonsense, 1) end))
IO.inspect(safe.(fn -> :erlang.system_flag(:schedulers_online, 0) end))

{collections, _, _} = :erlang.statistics(:garbage_collection)
:erlang.garbage_collect()
IO.inspect(elem(:erlang.statistics(:garbage_collection), 0) > collections)

binaries = :erlang.memory(:binary)
big = String.duplicate("x", 10_000_000)
IO.inspect(:erlang.memory(:binary) - binaries >= byte_size(big))
IO.inspect(Keyword.keys(:erlang.memory()))

IO.inspect({:erlang.system_info({:wordsize, :internal}), :erlang.system_info({:wordsize, :external})})
IO.inspect({:erlang.system_info(:heap_type), :erlang.system_info(:compat_rel), :erlang.system_info(:scheduler_bind_type)})
IO.inspect(shape.(shape, :erlang.system_info(:garbage_collection)) |> Enum.map(&elem(&1, 0)))

IO.puts("spawn_request")
r = :erlang.spawn_request(fn -> :ok end)
IO.inspect(receive do {:spawn_reply, ^r, :ok, pid} -> is_pid(pid) after 1000 -> :nothing end)
r = :erlang.spawn_request(fn -> :ok end, [:monitor, {:reply, :error_only}])
IO.inspect(receive do {:DOWN, ^r, :process, _, reason} -> reason after 1000 -> :nothing end)
r = :erlang.spawn_request(:erlang, :self, [], [{:reply_tag, {:tag, 1}}])
IO.inspect(receive do {{:tag, 1}, ^r, :ok, pid} -> is_pid(pid) after 1000 -> :nothing end)
r = :erlang.spawn_request(node(), :erlang, :self, [], [{:reply, :no}])
IO.inspect({is_reference(r), receive do m -> m after 50 -> :nothing end})
IO.inspect(:erlang.spawn_request_abandon(r))
r = :erlang.spawn_request(fn -> :ok end, [:nonsense])
IO.inspect(receive do {:spawn_reply, ^r, :error, why} -> why after 1000 -> :nothing end)
IO.inspect(safe.(fn -> :erlang.spawn_request(:bad) end))
