# Reports of supervisors and crash reports, for those who want them; and what state machines and event handlers say.
defmodule Told do
  def log(event, %{config: %{to: to}}) do
    {module, formatter} = Logger.Formatter.new(format: "[$level] $message\n", colors: [enabled: false])
    send(to, {:told, event |> module.format(formatter) |> IO.chardata_to_string() |> plain()})
  end

  defp plain(text) do
    text
    |> String.replace(~r/#(PID|Reference)<[\d.]+>/, "#\\1<N>")
    |> String.replace(~r/#Function<[\d.]+/, "#Function<N")
    |> String.replace(~r/:elixir_compiler_\d+/, ":elixir_compiler")
    |> String.replace(~r/\S*?(\w+\.exs)/, "\\1")
    |> String.replace(~r/(Heap Size|Stack Size|Reductions): \d+/, "\\1: N")
    |> String.split("\n")
    |> Enum.reject(&(&1 =~ ~r/^ +(\(|\S*:\d+: anonymous|\S*:\d+: \(file\))/))
    |> Enum.join("\n")
  end

  def next(0), do: :ok

  def next(n) do
    receive do
      {:told, text} -> IO.puts(text)
    after
      1000 -> IO.puts("(nothing)")
    end

    next(n - 1)
  end
end

filters = :logger.get_primary_config().filters
:logger.set_primary_config(:filters, Keyword.update!(filters, :logger_translator, fn {fun, config} -> {fun, %{config | sasl: true}} end))
:logger.add_handler(:told, Told, %{config: %{to: self()}})
:logger.update_handler_config(:default, :level, :none)
Process.flag(:trap_exit, true)
show = fn title, reports, fun -> IO.puts("-- " <> title); fun.(); Told.next(reports) end

defmodule Server do
  use GenServer
  def start_link(options), do: GenServer.start_link(__MODULE__, options, name: options[:name])
  def init(options), do: if(options[:fail], do: {:stop, :no}, else: {:ok, options})
  def handle_cast(:boom, _), do: raise("boom")
  def handle_cast({:stop, reason}, state), do: {:stop, reason, state}
end

defmodule Slow do
  use GenServer
  def start_link(how), do: GenServer.start_link(__MODULE__, how)
  def init(how), do: (Process.flag(:trap_exit, true); {:ok, how})
  def terminate(_, :slow), do: Process.sleep(:infinity)
end

show.("two children", 2, fn ->
  children = [{Server, name: :one}, Supervisor.child_spec({Server, name: :two}, id: {:number, 2}, restart: :transient)]
  {:ok, _} = Supervisor.start_link(children, strategy: :one_for_one, name: Top, max_restarts: 1)
end)

show.("one crashes", 4, fn -> GenServer.cast(:one, :boom) end)
show.("the other ends", 0, fn -> GenServer.cast(:two, {:stop, :normal}) end)
show.("too often", 4, fn -> GenServer.cast(:one, {:stop, :again}) end)

show.("a child that does not start", 3, fn ->
  children = [{Server, name: :first}, Supervisor.child_spec({Server, fail: true}, id: 2, shutdown: :brutal_kill)]
  {:error, _} = Supervisor.start_link(children, strategy: :one_for_one)
end)

show.("a child that takes its time", 2, fn ->
  {:ok, top} = Supervisor.start_link([Supervisor.child_spec({Slow, :slow}, shutdown: 10)], strategy: :one_for_one)
  Supervisor.stop(top)
end)

show.("dynamic", 3, fn ->
  {:ok, top} = DynamicSupervisor.start_link(name: {:global, :dynamic})
  {:ok, child} = DynamicSupervisor.start_child(top, {Server, name: :guest})
  GenServer.cast(child, :boom)
end)

show.("task", 2, fn ->
  {:ok, tasks} = Task.Supervisor.start_link(name: Tasks)
  Task.Supervisor.start_child(tasks, fn -> raise "task" end)
end)

show.("crash report", 1, fn ->
  :proc_lib.spawn(fn ->
    Process.register(self(), :known)
    Process.set_label("a label")
    Process.put(:kept, %{a: 1})
    send(self(), :unread)
    throw(:away)
  end)
end)

show.("neighbour", 1, fn ->
  :proc_lib.spawn(fn ->
    me = self()

    spawn_link(fn ->
      Process.register(self(), :neighbour)
      Process.set_label(:near)
      send(me, :ready)
      Process.sleep(:infinity)
    end)

    receive do
      :ready -> Process.sleep(20)
    end

    exit(:report)
  end)
end)

defmodule Machine do
  @behaviour :gen_statem
  def callback_mode, do: [:handle_event_function, :state_enter]
  def init(:raise), do: raise("no machine")
  def init(data), do: {:ok, :idle, data}
  def handle_event(:enter, _, :broken, _), do: raise("entering")
  def handle_event(:enter, _, _, _), do: :keep_state_and_data
  def handle_event(:cast, :later, _, _), do: {:keep_state_and_data, :postpone}
  def handle_event(:cast, {:go, state}, _, data), do: {:next_state, state, data}
  def handle_event(:cast, {:do, answer}, _, _), do: answer
  def handle_event({:call, _}, :exit, _, _), do: exit(:left)
end

IO.puts("== machines")
Logger.configure(level: :debug)
:logger.set_primary_config(:filters, filters)
show.("in init", 1, fn -> {:error, %RuntimeError{}} = :gen_statem.start(Machine, :raise, []) end)

for event <- [{:go, :broken}, {:do, :nonsense}, {:do, {:keep_state_and_data, [:nonsense]}}, {:do, {:stop, :wish}}, :unknown] do
  {:ok, machine} = :gen_statem.start({:local, :machine}, Machine, %{some: :data}, [])
  show.("event #{inspect(event)}", 1, fn -> :gen_statem.cast(machine, :later); :gen_statem.cast(machine, event) end)
end

{:ok, machine} = :gen_statem.start(Machine, 1, [])
show.("call", 1, fn ->
  try do
    :gen_statem.call(machine, :exit)
  catch
    :exit, {:left, _} -> :ok
  end
end)

defmodule Handler do
  @behaviour :gen_event
  def init(state), do: {:ok, state}
  def handle_event(:boom, _), do: raise("event")
  def handle_event(:odd, _), do: :odd
  def handle_event(_, state), do: {:ok, state}
  def handle_call(_, state), do: {:ok, :ok, state}
end

IO.puts("== handlers")
{:ok, manager} = :gen_event.start({:local, :manager})

for event <- [:boom, :odd] do
  :ok = :gen_event.add_handler(manager, {Handler, 1}, %{some: :state})
  show.("event #{event}", 1, fn -> :gen_event.notify(manager, event) end)
end

defmodule App do
  use Application
  def start(_, :bad), do: {:error, :bad_start}
  def start(_, :raise), do: raise("no start")
  def start(_, :good), do: Supervisor.start_link([{Server, name: :app}], strategy: :one_for_one, max_restarts: 0)
end

IO.puts("== applications")

for argument <- [:bad, :raise, :good] do
  name = :"app_#{argument}"
  :ok = :application.load({:application, name, mod: {App, argument}, applications: [:kernel], vsn: ~c"1", modules: [], registered: []})
end

show.("bad start", 1, fn -> {:error, _} = Application.start(:app_bad) end)
show.("raising start", 1, fn -> {:error, _} = Application.start(:app_raise) end)
show.("stop", 1, fn -> :ok = Application.start(:app_good); :ok = Application.stop(:app_good) end)
show.("end", 2, fn -> :ok = Application.start(:app_good); GenServer.cast(:app, :boom) end)
