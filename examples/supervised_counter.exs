# A counter that crashes and comes back: its supervisor restarts it.
# Only this script prints, and it waits for each step, so the output never varies.
:logger.set_primary_config(:level, :none)

defmodule Counter do
  use GenServer

  def start_link(first), do: GenServer.start_link(__MODULE__, first, name: __MODULE__)
  def next, do: GenServer.call(__MODULE__, :next)
  def crash, do: GenServer.cast(__MODULE__, :crash)

  @impl true
  def init(first), do: {:ok, first}

  @impl true
  def handle_call(:next, _from, n), do: {:reply, n, n + 1}

  @impl true
  def handle_cast(:crash, _n), do: raise("on purpose")
end

defmodule Wait do
  @doc "Waits until another process than `old` has the name."
  def for_restart(name, old) do
    case Process.whereis(name) do
      pid when is_pid(pid) and pid != old ->
        pid

      _ ->
        Process.sleep(1)
        for_restart(name, old)
    end
  end
end

{:ok, _supervisor} = Supervisor.start_link([{Counter, 100}], strategy: :one_for_one)
IO.puts("counting: #{Counter.next()}, #{Counter.next()}, #{Counter.next()}")

old = Process.whereis(Counter)
monitor = Process.monitor(old)
Counter.crash()

receive do
  {:DOWN, ^monitor, :process, ^old, {error, _stack}} -> IO.puts("it died: #{Exception.message(error)}")
end

new = Wait.for_restart(Counter, old)
IO.puts("restarted as another process: #{new != old}")
IO.puts("counting again: #{Counter.next()}, #{Counter.next()}")
