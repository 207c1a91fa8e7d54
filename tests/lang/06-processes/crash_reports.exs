# What the logger says of processes, servers and tasks that die, word for word. A handler hands each text over, so that
# the order is that of the program; what differs from run to run, and the calls below the program's, are left out.
defmodule Told do
  def log(event, %{config: %{to: to}}) do
    {module, formatter} = Logger.Formatter.new(format: "[$level] $metadata$message\n", metadata: [:registered_name], colors: [enabled: false])
    send(to, {:told, event |> module.format(formatter) |> IO.chardata_to_string() |> plain()})
  end

  defp plain(text) do
    text
    |> String.replace(~r/#(PID|Reference)<[\d.]+>/, "#\\1<N>")
    |> String.replace(~r/#Function<[\d.]+/, "#Function<N")
    |> String.replace(~r/:elixir_compiler_\d+/, ":elixir_compiler")
    |> String.replace(~r/\S*?(\w+\.exs)/, "\\1")
    |> String.split("\n")
    |> Enum.reject(&(&1 =~ ~r/^ +(\(|\/|\S*:\d+: anonymous|\S*:\d+: \(file\))/))
    |> Enum.join("\n")
  end

  def next do
    receive do
      {:told, text} -> IO.puts(text)
    after
      150 -> IO.puts("(nothing)")
    end
  end
end

:logger.add_handler(:told, Told, %{config: %{to: self()}})
:logger.update_handler_config(:default, :level, :none)
Process.flag(:trap_exit, true)
show = fn title, fun -> IO.puts("-- " <> title); fun.(); Told.next() end

defmodule Numbers do
  def half(n) when is_integer(n) and n > 10, do: div(n, 2)
  def pair(n), do: {half(n), 1}
end

show.("raise", fn -> spawn(fn -> raise "boom" end) end)
show.("throw", fn -> spawn(fn -> throw({:ball, [1, 2]}) end) end)
show.("exit", fn -> spawn(fn -> exit(:reason) end) end)
show.("error", fn -> spawn(fn -> :erlang.error({:custom, ~c"text"}) end) end)
show.("no clause", fn -> spawn(fn -> Numbers.pair(1) end) end)
show.("undefined", fn -> spawn(fn -> apply(Nowhere, :f, [1, :a]) end) end)
show.("undefined at once", fn -> spawn(Nowhere, :g, []) end)
show.("explained", fn -> spawn(fn -> String.to_integer("x") end) end)
show.("linked", fn -> spawn_link(fn -> raise ArgumentError, "two\nlines" end) end)
show.("named", fn -> spawn(fn -> Process.register(self(), :somebody); raise "named" end) end)
show.("labelled", fn -> spawn(fn -> Process.set_label({:my, "label"}); raise "labelled" end) end)
show.("bad message", fn -> spawn(fn -> :erlang.error(%RuntimeError{message: 5}) end) end)

defmodule Server do
  use GenServer
  def init({:label, label}), do: (Process.set_label(label); {:ok, label})
  def init(%{in: :init}), do: raise("in init")
  def init(:refuse), do: {:stop, :refused}
  def init(state), do: {:ok, state, {:continue, state}}
  def handle_continue(:continue, _state), do: raise("in continue")
  def handle_continue(_, state), do: {:noreply, state}
  def handle_call(:raise, _from, _state), do: raise("in call")
  def handle_call(:exit, _from, _state), do: exit(:left)
  def handle_call(:throw, _from, _state), do: throw(:thrown)
  def handle_call({:stop, reason}, _from, state), do: {:stop, reason, :stopped, state}
  def handle_call(:nested, _from, _state), do: GenServer.call(:nobody, :hello)
  def handle_cast({:stop, reason}, state), do: {:stop, reason, state}
  def handle_cast(:match, state), do: ({:a, 1} = state)
  def handle_info({:error, reason}, _state), do: :erlang.error(reason)
  def terminate(:at_the_end, _state), do: raise("in terminate")
  def terminate(_reason, _state), do: :ok
end

defmodule Plain do
  use GenServer
  def init(state), do: {:ok, state}
end

show.("in init", fn -> {:error, {%RuntimeError{}, _}} = GenServer.start(Server, %{in: :init}) end)
show.("refused", fn -> {:error, :refused} = GenServer.start(Server, :refuse) end)
show.("in continue", fn -> {:ok, _} = GenServer.start(Server, :continue) end)

for request <- [:raise, :exit, :throw, :nested, :unknown, {:stop, :why}, {:stop, {:shutdown, 1}}, {:stop, :at_the_end}] do
  {:ok, server} = GenServer.start(Server, %{list: [1, 2, 3]}, name: :server)

  show.("call #{inspect(request)}", fn ->
    try do
      GenServer.call(server, request)
    catch
      :exit, _ -> :ok
    end
  end)
end

for message <- [{:"$gen_cast", {:stop, {:error, "with\nlines"}}}, {:"$gen_cast", :match}, {:error, {:badkey, 1}}, :unknown] do
  {:ok, server} = GenServer.start(Server, {:b, 2})
  show.("message #{inspect(message)}", fn -> send(server, message) end)
end

for name <- [nil, {:global, {:a, "name"}}] do
  {:ok, server} = GenServer.start(Server, {:label, "a label"}, if(name, do: [name: name], else: []))
  show.("labelled server #{inspect(name)}", fn -> GenServer.cast(server, :match) end)
end

{:ok, server} = GenServer.start(Plain, :state, name: Plain)
show.("nothing for it", fn -> send(server, :hello) end)
show.("a request of one that died", fn -> GenServer.cast(server, :hello) end)

{:ok, server} = GenServer.start(Server, :state)
show.("dead client", fn -> spawn(fn -> send(server, {:"$gen_call", {self(), make_ref()}, :raise}) end) end)

{:ok, agent} = Agent.start(fn -> 1 end, name: :agent)
show.("agent", fn -> Agent.cast(agent, fn _ -> exit(:agent) end) end)

show.("task", fn -> Task.start(fn -> raise "task" end) end)
show.("task throws", fn -> Task.start(fn -> throw(:ball) end) end)
show.("task exits", fn -> Task.start(fn -> exit({:a, :reason}) end) end)
show.("task ends well", fn -> Task.start(fn -> exit({:shutdown, :fine}) end) end)
show.("task of a function", fn -> Task.start(Numbers, :half, [:a]) end)
show.("awaited", fn -> catch_exit = Task.async(fn -> raise "async" end) |> Task.yield(); true = match?({:exit, _}, catch_exit) end)
{:ok, tasks} = Task.Supervisor.start_link()
show.("not linked", fn -> {:exit, _} = Task.Supervisor.async_nolink(tasks, fn -> raise "nolink" end) |> Task.yield() end)
show.("labelled task", fn -> Task.Supervisor.start_child(tasks, fn -> Process.set_label(:job); raise "child" end) end)

Logger.configure(level: :info)
{:ok, server} = GenServer.start(Server, :state)
show.("without details", fn -> GenServer.cast(server, {:stop, :short}) end)
Logger.configure(level: :debug)

long = Enum.to_list(1..300)
{:ok, server} = GenServer.start(Server, long)
show.("a long state", fn -> GenServer.cast(server, {:stop, long}) end)
:ok = Application.put_env(:logger, :translator_inspect_opts, limit: 3)
{:ok, server} = GenServer.start(Server, long)
show.("a short one", fn -> GenServer.cast(server, {:stop, :long}) end)
