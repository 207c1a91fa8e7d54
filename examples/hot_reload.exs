# A counter that is given new code while it runs. Its process goes on, and so does its count.
#
# Two versions of a module can be there at the same time: processes in the middle of an old function stay in it until
# they call the module by its name.

# The second version of a module replaces the first on purpose.
Code.compiler_options(ignore_module_conflict: true)

first = """
defmodule Counter do
  use GenServer
  @vsn 1

  def start_link(count), do: GenServer.start_link(__MODULE__, count, name: __MODULE__)
  def bump, do: GenServer.call(__MODULE__, :bump)
  def describe, do: GenServer.call(__MODULE__, :describe)

  def init(count), do: {:ok, count}
  def handle_call(:bump, _from, count), do: {:reply, count + 1, count + 1}
  def handle_call(:describe, _from, count), do: {:reply, "the count is \#{count}", count}
end
"""

# Now the state is a map: there is a step, and the counter remembers how often it was asked.
second = """
defmodule Counter do
  use GenServer
  @vsn 2

  def start_link(count), do: GenServer.start_link(__MODULE__, count, name: __MODULE__)
  def bump, do: GenServer.call(__MODULE__, :bump)
  def describe, do: GenServer.call(__MODULE__, :describe)
  def step(step), do: GenServer.call(__MODULE__, {:step, step})

  def init(count), do: {:ok, %{count: count, step: 1, bumps: 0}}

  def handle_call(:bump, _from, state) do
    state = %{state | count: state.count + state.step, bumps: state.bumps + 1}
    {:reply, state.count, state}
  end

  def handle_call({:step, step}, _from, state), do: {:reply, :ok, %{state | step: step}}

  def handle_call(:describe, _from, state),
    do: {:reply, "the count is \#{state.count} after \#{state.bumps} bumps, the step is \#{state.step}", state}

  # This is what makes the old state a new one.
  def code_change(1, count, extra) when is_integer(count), do: {:ok, %{count: count, step: extra[:step], bumps: 0}}
end
"""

IO.puts("== A server that changes its mind")
Code.compile_string(first)
{:ok, pid} = Counter.start_link(40)
IO.puts("version 1: #{Counter.bump()}, #{Counter.bump()}, and #{Counter.describe()}")

# The process stands still while its module and its state are exchanged. Calls wait in its mailbox meanwhile.
:ok = :sys.suspend(pid)
waiting = Task.async(fn -> Counter.bump() end)
Code.compile_string(second)
:ok = :sys.change_code(pid, Counter, 1, step: 10)
:ok = :sys.resume(pid)

IO.puts("a call that came in between: #{Task.await(waiting)}")
IO.puts("version 2: #{Counter.bump()}, and #{Counter.describe()}")
:ok = Counter.step(100)
IO.puts("with a function that was not there before: #{Counter.bump()}")
IO.puts("still the same process: #{Process.whereis(Counter) == pid}")

IO.puts("\n== A loop without any framework")

loop = fn version, words ->
  """
  defmodule Loop do
    # A call by the module's full name goes to its newest version, any other stays where it is.
    def run(count) do
      receive do
        {:bump, from} ->
          send(from, {:says, "version #{version} counts #{words}"})
          run(count + 1)

        :renew ->
          __MODULE__.run(count)
      end
    end
  end
  """
end

Code.compile_string(loop.(1, ~S[#{count}]))
pid = spawn(fn -> Loop.run(1) end)

bump = fn ->
  send(pid, {:bump, self()})
  receive(do: ({:says, text} -> IO.puts(text)))
end

bump.()
bump.()
Code.compile_string(loop.(2, ~S[#{String.duplicate("|", count)}]))
IO.puts("version 2 is there, but the process is inside of version 1:")
bump.()
IO.puts("it uses old code: #{:erlang.check_process_code(pid, Loop)}")
send(pid, :renew)
IO.puts("now it has looked for a newer one:")
bump.()
IO.puts("it uses old code: #{:erlang.check_process_code(pid, Loop)}")
IO.puts("so the old one can go: #{:code.soft_purge(Loop)}")

IO.puts("\n== Who is late is ended")
{:ok, watch} = Task.Supervisor.start_link()
late = Task.Supervisor.async_nolink(watch, fn -> Loop.run(0) end)
send(late.pid, {:bump, self()})
receive(do: ({:says, text} -> IO.puts("another loop: " <> inspect(text))))

Code.compile_string(loop.(3, ~S[minus #{count}]))
send(pid, :renew)
bump.()
IO.puts("the other loop still uses version 2, so that cannot go: #{:code.soft_purge(Loop)}")
:code.purge(Loop)
IO.puts("unless by force, which ends it: #{inspect(Task.yield(late))}")
bump.()
