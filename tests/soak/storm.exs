# Everything at once, for as many seconds as the first argument says: processes that come, link, die and are restarted,
# messages small and large, tables, timers, code that is replaced. Nothing may be lost, nothing may hang, and in the end
# there is as much of everything as there was in the beginning.
defmodule Storm do
  @patience 60_000

  def main([seconds, seed]) do
    Code.compiler_options(ignore_module_conflict: true)
    :logger.set_primary_config(:level, :none)
    {seconds, seed} = {String.to_integer(seconds), String.to_integer(seed)}
    reloader = spawn_link(__MODULE__, :reload, [0])
    Process.register(reloader, :storm_reloader)
    # The first round loads what the others need.
    storm(seed, System.monotonic_time(:millisecond) + 1500)
    base = settle(nil)
    counts = storm(seed + 1, System.monotonic_time(:millisecond) + seconds * 1000)
    left = settle(base)
    Process.unlink(reloader)
    Process.exit(reloader, :kill)
    IO.puts("rounds: #{inspect(Enum.sort(counts))}")
    IO.puts("before: #{inspect(base)}")
    IO.puts("after: #{inspect(left)}")
    missing = for {name, _} <- kinds(), not Map.has_key?(counts, name), do: name
    IO.puts("not run: #{inspect(missing)}")

    leaks =
      for key <- [:processes, :ports, :tables], left[key] > base[key], do: {key, base[key], left[key]}

    # The largest rounds decide how much the allocator keeps; what is lost in each round would be far more.
    memory = if left.memory > base.memory * 3 + 64_000_000, do: [{:memory, base.memory, left.memory}], else: []
    code = if left.code > base.code * 2, do: [{:code, base.code, left.code}], else: []

    case leaks ++ memory ++ code do
      [] -> IO.puts("nothing lost")
      lost -> IO.puts("LOST: #{inspect(lost)}") && System.halt(1)
    end
  end

  defp kinds do
    [
      family: &family/0,
      ping_pong: &ping_pong/0,
      large: &large/0,
      tables: &tables/0,
      timers: &timers/0,
      code: &code/0,
      supervised: &supervised/0,
      calls: &calls/0,
      links: &links/0,
      aliases: &aliases/0,
      tasks: &tasks/0,
      refused: &refused/0,
      limits: &limits/0,
      evaluated: &evaluated/0,
      persistent: &persistent/0
    ]
  end

  defp storm(seed, until) do
    drivers =
      for n <- 1..6 do
        Task.async(fn ->
          :rand.seed(:exsss, {seed, n, 77})
          rounds(until, %{})
        end)
      end

    drivers
    |> Task.await_many(:infinity)
    |> Enum.reduce(fn some, all -> Map.merge(some, all, fn _, a, b -> a + b end) end)
  end

  defp rounds(until, counts) do
    if System.monotonic_time(:millisecond) > until do
      counts
    else
      {name, run} = Enum.random(kinds())
      {pid, watch} = spawn_monitor(run)

      receive do
        {:DOWN, ^watch, _, _, :normal} -> :ok
        {:DOWN, ^watch, _, _, reason} -> fail(name, reason)
      after
        @patience -> fail(name, {:hangs, Process.info(pid, [:current_stacktrace, :messages, :status])})
      end

      rounds(until, Map.update(counts, name, 1, &(&1 + 1)))
    end
  end

  defp fail(name, reason) do
    IO.puts("FAILED #{name}: #{inspect(reason, limit: 50, pretty: true)}")
    System.halt(2)
  end

  # Waits until everything that was started is gone.
  defp settle(base, tries \\ 200) do
    :erlang.garbage_collect()
    :cordial_code.sweep()

    now = %{
      processes: length(Process.list()),
      ports: length(Port.list()),
      tables: length(:ets.all()),
      memory: :erlang.memory(:total),
      code: :erlang.memory(:code)
    }

    if base != nil and tries > 0 and (now.processes > base.processes or now.tables > base.tables) do
      Process.sleep(20)
      settle(base, tries - 1)
    else
      if base == nil, do: Process.sleep(200)
      now
    end
  end

  # A tree of linked processes goes down together.
  defp family do
    parent = self()
    root = spawn(fn -> grow(parent, 3) end)
    members = [root | for(_ <- 1..(3 + 9 + 27), do: receive(do: ({:born, pid} -> pid)))]
    watches = for pid <- members, do: {pid, Process.monitor(pid)}
    Process.exit(Enum.random(members), Enum.random([:kill, :oops, {:shutdown, :now}]))
    for {pid, watch} <- watches, do: receive(do: ({:DOWN, ^watch, :process, ^pid, _} -> :ok))
    false = Enum.any?(members, &Process.alive?/1)
  end

  defp grow(parent, depth) do
    if depth > 0 do
      for _ <- 1..3, do: send(parent, {:born, spawn_link(fn -> grow(parent, depth - 1) end)})
    end

    Process.sleep(:infinity)
  end

  defp ping_pong do
    parent = self()
    count = :rand.uniform(2000)
    other = spawn_link(fn -> echo(parent, count) end)
    for n <- 1..count, do: send(other, n)
    for n <- 1..count, do: receive(do: ({:echo, ^n} -> :ok))
  end

  defp echo(_, 0), do: :ok
  defp echo(to, count), do: receive(do: (n -> send(to, {:echo, n}) && echo(to, count - 1)))

  # Large terms and binaries arrive whole.
  defp large do
    parent = self()
    list = Enum.to_list(1..:rand.uniform(50_000))
    binary = :binary.copy(<<:rand.uniform(255)>>, :rand.uniform(2_000_000))
    map = Map.new(1..2000, &{&1, {&1, "value #{&1}"}})
    term = {list, binary, map, fn x -> {x, byte_size(binary)} end}

    {_, watch} =
      spawn_monitor(fn ->
        receive do
          term -> send(parent, {:sum, :erlang.phash2(Tuple.delete_at(term, 3)), elem(term, 3).(1), term})
        end
      end)
      |> tap(fn {pid, _} -> send(pid, term) end)

    hash = :erlang.phash2({list, binary, map})
    size = byte_size(binary)
    receive do: ({:sum, ^hash, {1, ^size}, {^list, ^binary, ^map, _}} -> :ok)
    receive do: ({:DOWN, ^watch, _, _, :normal} -> :ok)
  end

  defp tables do
    parent = self()

    {owner, watch} =
      spawn_monitor(fn ->
        table = :ets.new(:storm, [Enum.random([:set, :ordered_set]), :public])
        send(parent, {:table, table})
        receive do: (:done -> :ok)
      end)

    table = receive do: ({:table, table} -> table)
    writers = for n <- 1..4, do: Task.async(fn -> for(k <- 1..500, do: :ets.insert(table, {{n, k}, "#{n * k}"})) end)
    Task.await_many(writers, :infinity)
    2000 = :ets.info(table, :size)
    "6" = :ets.lookup_element(table, {2, 3}, 2)
    500 = :ets.select_count(table, [{{{2, :_}, :_}, [], [true]}])
    send(owner, :done)
    receive do: ({:DOWN, ^watch, _, _, _} -> :ok)
    :undefined = :ets.info(table)
  end

  # Of many timers those that were cancelled in time stay silent, the others fire once.
  defp timers do
    timers = for n <- 1..300, do: {n, Process.send_after(self(), {:tick, n}, :rand.uniform(30))}
    cancelled = for {n, timer} <- timers, rem(n, 2) == 0, Process.cancel_timer(timer) != false, do: n
    expected = Enum.to_list(1..300) -- cancelled
    for n <- expected, do: receive(do: ({:tick, ^n} -> :ok))

    receive do
      {:tick, n} -> exit({:extra, n})
    after
      40 -> :ok
    end
  end

  # A module is replaced while processes run in it and hold its funs and literals.
  defp code do
    send(reloader(), {:version, self()})
    version = receive do: ({:version, version} -> version)
    module = Storm.Live
    {at, literal} = apply(module, :state, [])
    true = at >= version
    {^at, "literal of " <> _, [:a, :b, ^at]} = literal
    fun = apply(module, :closure, [literal])

    try do
      {_, ^literal} = fun.()
    rescue
      # Two versions later the fun is dead.
      BadFunctionError -> :ok
    end

    {pid, watch} = spawn_monitor(module, :wait, [self(), literal])

    if :rand.uniform(2) == 1 do
      send(reloader(), {:next, self()})
      receive do: ({:version, _} -> :ok)
    end

    send(pid, :go)

    receive do
      {:waited, _, ^literal} -> receive do: ({:DOWN, ^watch, _, _, _} -> :ok)
      {:DOWN, ^watch, _, _, :killed} -> :ok
    end
  end

  defp reloader, do: Process.whereis(:storm_reloader)

  def reload(0) do
    compile(1)
    reload(1)
  end

  def reload(version) do
    receive do
      {:version, from} ->
        send(from, {:version, version})
        reload(version)

      {:next, from} ->
        compile(version + 1)
        send(from, {:version, version + 1})
        reload(version + 1)
    end
  end

  defp compile(version) do
    Code.compile_string("""
    defmodule Storm.Live do
      def state, do: {#{version}, {#{version}, "literal of a length that makes it shared by count: version #{version}", [:a, :b, #{version}]}}
      def closure(literal), do: fn -> {#{version}, literal} end
      def wait(to, literal), do: receive(do: (:go -> send(to, {:waited, #{version}, literal})))
    end
    """)
  end

  defmodule Child do
    use GenServer
    def start_link(n), do: GenServer.start_link(__MODULE__, n)
    def init(n), do: {:ok, n}
    def handle_call(:get, _, n), do: {:reply, n, n}
    def handle_call(:crash, _, _), do: exit(:crash)
    def handle_cast({:add, more}, n), do: {:noreply, n + more}
  end

  defp supervised do
    children = for n <- 1..5, do: Supervisor.child_spec({Child, n}, id: n)
    {:ok, supervisor} = Supervisor.start_link(children, strategy: :one_for_one, max_restarts: 1000)

    for _ <- 1..5 do
      {id, pid, _, _} = Enum.random(Supervisor.which_children(supervisor))
      watch = Process.monitor(pid)
      Process.exit(pid, :kill)
      receive do: ({:DOWN, ^watch, _, _, _} -> :ok)
      restarted(supervisor, id, pid)
    end

    sum = for({_, pid, _, _} <- Supervisor.which_children(supervisor), do: GenServer.call(pid, :get)) |> Enum.sum()
    15 = sum
    Supervisor.stop(supervisor)
  end

  defp restarted(supervisor, id, old) do
    case List.keyfind(Supervisor.which_children(supervisor), id, 0) do
      {_, pid, _, _} when is_pid(pid) and pid != old -> :ok
      _ -> restarted(supervisor, id, old)
    end
  end

  defp calls do
    {:ok, server} = Child.start_link(0)
    Process.unlink(server)
    callers = for _ <- 1..5, do: Task.async(fn -> for(_ <- 1..100, do: GenServer.cast(server, {:add, 1})) && GenServer.call(server, :get) end)
    Task.await_many(callers, :infinity)
    500 = GenServer.call(server, :get)
    {:crash, _} = catch_exit(fn -> GenServer.call(server, :crash) end)
    {:noproc, _} = catch_exit(fn -> GenServer.call(server, :get) end)
  end

  defp catch_exit(call) do
    call.()
  catch
    :exit, reason -> reason
  end

  # However links and unlinks cross, both ends agree in the end.
  defp links do
    parent = self()

    [one, two] =
      for _ <- 1..2 do
        seed = :rand.uniform(1_000_000)

        spawn(fn ->
          :rand.seed(:exsss, seed)
          other = receive do: ({:other, other} -> other)

          for _ <- 1..200 do
            if :rand.uniform(2) == 1, do: Process.link(other), else: Process.unlink(other)
          end

          send(parent, :linked)
          receive do: (:stop -> :ok)
        end)
      end

    send(one, {:other, two})
    send(two, {:other, one})
    for _ <- 1..2, do: receive(do: (:linked -> :ok))
    linked = fn pid -> Process.info(pid, :links) |> elem(1) end
    # What was sent last may still be under way: each answer is behind it.
    for _ <- 1..2, do: {linked.(one), linked.(two)}
    both = {linked.(one), linked.(two)}
    true = both in [{[two], [one]}, {[], []}]
    for pid <- [one, two], do: send(pid, :stop)
  end

  defp aliases do
    server = spawn_link(fn -> answer() end)

    for n <- 1..100 do
      reference = Process.monitor(server, alias: :reply_demonitor)
      send(server, {n, reference})
      receive do: ({^reference, ^n} -> :ok)
    end

    # The second answer to an alias finds nobody.
    {:message_queue_len, 0} = Process.info(self(), :message_queue_len)
    {:monitors, []} = Process.info(self(), :monitors)
    Process.unlink(server)
    Process.exit(server, :kill)
  end

  defp answer do
    receive do
      {n, reference} ->
        send(reference, {reference, n})
        send(reference, {reference, n})
    end

    answer()
  end

  defp tasks do
    20_100 = 1..200 |> Task.async_stream(& &1, max_concurrency: 20) |> Enum.map(&elem(&1, 1)) |> Enum.sum()
  end

  # What no machine has is refused, and the process goes on.
  defp refused do
    :refused =
      try do
        :binary.copy("ab", Bitwise.bsl(1, 60))
      rescue
        _ -> :refused
      end

    3 = length([1, 2, 3])
  end

  # A process that grows beyond its limit is ended, and nobody else.
  defp limits do
    {_, watch} =
      :erlang.spawn_opt(fn -> hoard([]) end, [
        :monitor,
        max_heap_size: %{size: 200_000, kill: true, error_logger: false}
      ])

    receive do: ({:DOWN, ^watch, _, _, :killed} -> :ok)
  end

  defp hoard(list), do: hoard([list | list])

  defp evaluated do
    {value, _} = Code.eval_string("Enum.map(1..3, fn x -> {x, [y, :literal]} end)", y: 5)
    [{1, [5, :literal]}, {2, [5, :literal]}, {3, [5, :literal]}] = value
  end

  defp persistent do
    key = {:storm, self()}
    value = {:value, "a binary that is longer than sixty-four bytes, so that it is shared by count", [self()]}
    :ok = :persistent_term.put(key, value)
    ^value = got = :persistent_term.get(key)
    true = :persistent_term.erase(key)
    nil = :persistent_term.get(key, nil)
    {:value, _, [_]} = got
  end
end

Storm.main(System.argv())
