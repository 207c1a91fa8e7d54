# A chat server over TCP and three people who talk: `cordial examples/chat_server.exs`
#
# Each connection is a process. It hears its socket (one line at a time, so that no client can flood it) and the rooms
# that it has entered; a Registry knows who is where.

defmodule Chat.Rooms do
  def child_spec(_), do: Registry.child_spec(keys: :duplicate, name: __MODULE__)

  def enter(room, name), do: Registry.register(__MODULE__, room, name)
  def leave(room), do: Registry.unregister(__MODULE__, room)

  def names(room) do
    __MODULE__ |> Registry.lookup(room) |> Enum.map(fn {_pid, name} -> name end) |> Enum.sort()
  end

  def tell(room, text) do
    for {pid, _name} <- Registry.lookup(__MODULE__, room), pid != self(), do: send(pid, {:hear, text})
    :ok
  end
end

defmodule Chat.Connection do
  @moduledoc "The server's side of one client."
  use GenServer, restart: :temporary

  def start_link(socket), do: GenServer.start_link(__MODULE__, socket)

  @impl true
  def init(socket), do: {:ok, %{socket: socket, name: nil, room: nil}}

  @impl true
  def handle_info(:ready, state) do
    say(state, "Welcome. Who are you?")
    {:noreply, listen(state)}
  end

  def handle_info({:tcp, _socket, line}, state) do
    case heard(String.trim(line), state) do
      {:stop, state} -> {:stop, :normal, leave(state)}
      state -> {:noreply, listen(state)}
    end
  end

  def handle_info({:tcp_closed, _socket}, state), do: {:stop, :normal, leave(state)}

  def handle_info({:hear, text}, state) do
    say(state, text)
    {:noreply, state}
  end

  defp heard(name, %{name: nil} = state), do: enter(%{state | name: name}, "lobby")
  defp heard("/join " <> room, state), do: state |> leave() |> enter(room)
  defp heard("/who", state), do: say(state, "Here are: " <> Enum.join(Chat.Rooms.names(state.room), ", "))

  defp heard("/quit", state) do
    say(state, "Goodbye, #{state.name}.")
    {:stop, state}
  end

  defp heard("/" <> _, state), do: say(state, "I know /join ROOM, /who and /quit.")

  defp heard(text, state) do
    Chat.Rooms.tell(state.room, "#{state.name}: #{text}")
    say(state, "(said)")
  end

  defp enter(state, room) do
    {:ok, _} = Chat.Rooms.enter(room, state.name)
    Chat.Rooms.tell(room, "* #{state.name} has come")
    say(%{state | room: room}, "You are in the #{room}, #{state.name}.")
  end

  defp leave(%{room: nil} = state), do: state

  defp leave(state) do
    Chat.Rooms.leave(state.room)
    Chat.Rooms.tell(state.room, "* #{state.name} has gone")
    %{state | room: nil}
  end

  defp say(state, text) do
    :gen_tcp.send(state.socket, [text, "\n"])
    state
  end

  defp listen(state) do
    :inet.setopts(state.socket, active: :once)
    state
  end
end

defmodule Chat.Server do
  @moduledoc "Listens, and starts a connection for whoever calls."
  use Supervisor

  def start_link(listener), do: Supervisor.start_link(__MODULE__, listener)

  @impl true
  def init(listener) do
    children = [
      Chat.Rooms,
      {DynamicSupervisor, name: Chat.Connections},
      {Task, fn -> accept(listener) end}
    ]

    Supervisor.init(children, strategy: :one_for_all)
  end

  defp accept(listener) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} ->
        {:ok, pid} = DynamicSupervisor.start_child(Chat.Connections, {Chat.Connection, socket})
        :ok = :gen_tcp.controlling_process(socket, pid)
        send(pid, :ready)
        accept(listener)

      {:error, :closed} ->
        :ok
    end
  end
end

defmodule Person do
  @moduledoc "A client whose every line is written down."

  def arrive(name, port) do
    {:ok, socket} = :gen_tcp.connect({127, 0, 0, 1}, port, [:binary, packet: :line, active: false])
    person = {name, socket}
    hear(person)
    say(person, name)
    person
  end

  def say({name, socket}, line) do
    IO.puts("#{name} says  | #{line}")
    :ok = :gen_tcp.send(socket, line <> "\n")
  end

  @doc "Waits for a number of lines."
  def hear(person, count \\ 1), do: for(_ <- 1..count//1, do: hear_line(person))

  defp hear_line({name, socket}) do
    case :gen_tcp.recv(socket, 0, 5000) do
      {:ok, line} -> IO.puts("#{name} hears | #{String.trim(line)}")
      {:error, reason} -> IO.puts("#{name}       | #{inspect(reason)}")
    end
  end
end

{:ok, listener} = :gen_tcp.listen(0, [:binary, packet: :line, active: false, ip: {127, 0, 0, 1}])
{:ok, port} = :inet.port(listener)
{:ok, server} = Chat.Server.start_link(listener)

ann = Person.arrive("ann", port)
Person.hear(ann)
bob = Person.arrive("bob", port)
Person.hear(bob)
Person.hear(ann)

Person.say(ann, "Good morning!")
Person.hear(ann)
Person.hear(bob)

eve = Person.arrive("eve", port)
Person.hear(eve)
for person <- [ann, bob], do: Person.hear(person)

Person.say(eve, "Anybody for chess?")
for person <- [eve, ann, bob], do: Person.hear(person)

Person.say(eve, "/join chess")
Person.hear(eve)
for person <- [ann, bob], do: Person.hear(person)
Person.say(bob, "/join chess")
Person.hear(bob)
for person <- [ann, eve], do: Person.hear(person)

Person.say(bob, "e4")
for person <- [bob, eve], do: Person.hear(person)
Person.say(ann, "/who")
Person.hear(ann)
Person.say(eve, "/who")
Person.hear(eve)
Person.say(ann, "/dance")
Person.hear(ann)

IO.puts("Eve's line breaks.")
:gen_tcp.close(elem(eve, 1))
Person.hear(bob)

Person.say(bob, "/quit")
Person.hear(bob, 2)

IO.puts("The server stops.")
:gen_tcp.close(listener)
Supervisor.stop(server)
Person.hear(ann)
