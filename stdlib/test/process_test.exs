defmodule ProcessTest do
  use ExUnit.Case, async: true

  defmodule Counter do
    use GenServer

    def start_link(options), do: GenServer.start_link(__MODULE__, options[:start] || 0, Keyword.take(options, [:name]))

    @impl true
    def init(:refuse), do: {:stop, :refused}
    def init(start), do: {:ok, start, {:continue, :ready}}

    @impl true
    def handle_continue(:ready, n), do: {:noreply, n}

    @impl true
    def handle_call(:get, _from, n), do: {:reply, n, n}
    def handle_call(:crash, _from, _n), do: raise("crashed")
    def handle_call(:stop, _from, n), do: {:stop, :normal, :stopping, n}

    def handle_call(:later, from, n) do
      send(self(), {:answer, from})
      {:noreply, n}
    end

    @impl true
    def handle_cast({:add, k}, n), do: {:noreply, n + k}

    @impl true
    def handle_info({:answer, from}, n) do
      GenServer.reply(from, :answered)
      {:noreply, n}
    end

    def handle_info(:timeout, n), do: {:noreply, n}
  end

  @moduletag :capture_log

  test "messages" do
    me = self()
    pid = spawn(fn -> receive do: ({:ping, from} -> send(from, {:pong, self()})) end)
    send(pid, {:ping, me})
    assert_receive {:pong, ^pid}
    assert Process.alive?(me)
  end

  test "links and monitors" do
    {pid, ref} = spawn_monitor(fn -> exit(:done) end)
    assert_receive {:DOWN, ^ref, :process, ^pid, :done}
    Process.flag(:trap_exit, true)
    linked = spawn_link(fn -> exit(:gone) end)
    assert_receive {:EXIT, ^linked, :gone}
    assert Process.monitor(linked) |> is_reference()
    assert_receive {:DOWN, _, :process, ^linked, :noproc}
  end

  test "dictionary, names, timers" do
    assert Process.put(:key, 1) == nil
    assert Process.get(:key) == 1
    assert Process.delete(:key) == 1
    Process.register(self(), :a_test_process)
    assert Process.whereis(:a_test_process) == self()
    Process.unregister(:a_test_process)
    timer = Process.send_after(self(), :never, 60_000)
    assert Process.cancel_timer(timer) > 0
    Process.send_after(self(), :soon, 1)
    assert_receive :soon
  end

  test "a GenServer" do
    pid = start_supervised!({Counter, start: 5})
    assert GenServer.call(pid, :get) == 5
    assert GenServer.cast(pid, {:add, 2}) == :ok
    assert GenServer.call(pid, :get) == 7
    assert GenServer.call(pid, :later) == :answered
    assert :sys.get_state(pid) == 7
    assert GenServer.call(pid, :stop) == :stopping
  end

  test "a GenServer that fails" do
    Process.flag(:trap_exit, true)
    assert {:error, :refused} = Counter.start_link(start: :refuse)
    {:ok, pid} = Counter.start_link([])
    assert {{%RuntimeError{message: "crashed"}, _}, {GenServer, :call, _}} = catch_exit(GenServer.call(pid, :crash))
    assert_receive {:EXIT, ^pid, {%RuntimeError{}, _}}
    assert {:noproc, {GenServer, :call, _}} = catch_exit(GenServer.call(pid, :get))
  end

  test "a supervisor restarts its children" do
    children = [Supervisor.child_spec({Counter, start: 1, name: :restarted_counter}, id: :counter)]
    supervisor = start_supervised!(%{id: :sup, start: {Supervisor, :start_link, [children, [strategy: :one_for_one]]}, type: :supervisor})
    first = Process.whereis(:restarted_counter)
    GenServer.cast(first, {:add, 5})
    assert GenServer.call(first, :get) == 6
    ref = Process.monitor(first)
    Process.exit(first, :kill)
    assert_receive {:DOWN, ^ref, _, _, :killed}
    assert Supervisor.count_children(supervisor) == %{active: 1, specs: 1, supervisors: 0, workers: 1}
    second = Process.whereis(:restarted_counter)
    assert second != first
    assert GenServer.call(second, :get) == 1
    assert [{:counter, ^second, :worker, [Counter]}] = Supervisor.which_children(supervisor)
    assert Supervisor.terminate_child(supervisor, :counter) == :ok
    assert Process.whereis(:restarted_counter) == nil
    assert {:ok, _} = Supervisor.restart_child(supervisor, :counter)
  end

  test "a dynamic supervisor" do
    supervisor = start_supervised!({DynamicSupervisor, strategy: :one_for_one})
    {:ok, pid} = DynamicSupervisor.start_child(supervisor, {Counter, start: 9})
    assert GenServer.call(pid, :get) == 9
    assert DynamicSupervisor.count_children(supervisor).active == 1
    assert DynamicSupervisor.terminate_child(supervisor, pid) == :ok
    refute Process.alive?(pid)
  end

  test "tasks" do
    task = Task.async(fn -> 1 + 1 end)
    assert Task.await(task) == 2
    assert Task.await_many([Task.async(fn -> 1 end), Task.async(fn -> 2 end)]) == [1, 2]
    assert Task.async_stream(1..4, &(&1 * 2)) |> Enum.to_list() == [ok: 2, ok: 4, ok: 6, ok: 8]
    slow = Task.async(fn -> Process.sleep(:infinity) end)
    assert Task.yield(slow, 1) == nil
    assert Task.shutdown(slow, :brutal_kill) == nil
    supervisor = start_supervised!(Task.Supervisor)
    failing = Task.Supervisor.async_nolink(supervisor, fn -> exit(:oops) end)
    assert Task.yield(failing) == {:exit, :oops}
  end

  test "agents" do
    agent = start_supervised!({Agent, fn -> %{} end})
    assert Agent.update(agent, &Map.put(&1, :a, 1)) == :ok
    assert Agent.get(agent, & &1.a) == 1
    assert Agent.get_and_update(agent, &{&1, :new}) == %{a: 1}
    assert Agent.get(agent, & &1) == :new
  end

  test "a registry" do
    registry = :"registry_#{System.unique_integer([:positive])}"
    start_supervised!({Registry, keys: :unique, name: registry})
    assert {:ok, _} = Registry.register(registry, "me", :value)
    assert Registry.lookup(registry, "me") == [{self(), :value}]
    assert {:error, {:already_registered, pid}} = Registry.register(registry, "me", :other)
    assert pid == self()
    via = {:via, Registry, {registry, "counter"}}
    start_supervised!({Counter, start: 3, name: via})
    assert GenServer.call(via, :get) == 3
    assert Registry.count(registry) == 2
    assert Registry.update_value(registry, "me", fn _ -> :changed end) == {:changed, :value}
    assert Registry.unregister(registry, "me") == :ok
    assert Registry.lookup(registry, "me") == []
  end

  test "a registry that tells everybody" do
    registry = :"registry_#{System.unique_integer([:positive])}"
    start_supervised!({Registry, keys: :duplicate, name: registry})
    {:ok, _} = Registry.register(registry, :topic, 1)
    {:ok, _} = Registry.register(registry, :topic, 2)
    Registry.dispatch(registry, :topic, fn entries -> for {pid, n} <- entries, do: send(pid, {:told, n}) end)
    assert_receive {:told, 1}
    assert_receive {:told, 2}
  end
end
