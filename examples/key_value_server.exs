# A key-value server over TCP, supervised, and a few clients: `cordial examples/key_value_server.exs`
#
# One line is one request. Each connection is a process of its own; the store outlives them all, and what fails
# is started again by its supervisor while the others go on.

defmodule KeyValue.Store do
  @moduledoc "Owns the table. Reading asks the table itself, writing goes through the owner."
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  def fetch(key) do
    case :ets.lookup(__MODULE__, key) do
      [{^key, value}] -> {:ok, value}
      [] -> :error
    end
  end

  def put(key, value), do: GenServer.call(__MODULE__, {:put, key, value})
  def delete(key), do: GenServer.call(__MODULE__, {:delete, key})
  def add(key, amount), do: GenServer.call(__MODULE__, {:add, key, amount})
  def keys, do: :ets.select(__MODULE__, [{{:"$1", :_}, [], [:"$1"]}]) |> Enum.sort()

  @impl true
  def init(nil), do: {:ok, :ets.new(__MODULE__, [:named_table, read_concurrency: true])}

  @impl true
  def handle_call({:put, key, value}, _from, table) do
    :ets.insert(table, {key, value})
    {:reply, :ok, table}
  end

  def handle_call({:delete, key}, _from, table) do
    {:reply, length(:ets.take(table, key)), table}
  end

  def handle_call({:add, key, amount}, _from, table) do
    with {number, ""} <- Integer.parse(number_at(key)) do
      :ets.insert(table, {key, Integer.to_string(number + amount)})
      {:reply, {:ok, number + amount}, table}
    else
      _ -> {:reply, :error, table}
    end
  end

  defp number_at(key) do
    case fetch(key) do
      {:ok, value} -> value
      :error -> "0"
    end
  end
end

defmodule KeyValue.Protocol do
  @moduledoc "What a line asks for, and the line that answers it."
  alias KeyValue.Store

  def answer(line) do
    case String.split(String.trim(line), " ", parts: 3) do
      ["PUT", key, value] ->
        Store.put(key, value)
        "OK"

      ["GET", key] ->
        case Store.fetch(key) do
          {:ok, value} -> "VALUE #{value}"
          :error -> "NONE"
        end

      ["ADD", key, amount] ->
        with {amount, ""} <- Integer.parse(amount), {:ok, sum} <- Store.add(key, amount) do
          "VALUE #{sum}"
        else
          _ -> "ERROR not a number"
        end

      ["DELETE", key] ->
        "DELETED #{Store.delete(key)}"

      ["KEYS"] ->
        Enum.join(["KEYS" | Store.keys()], " ")

      ["QUIT"] ->
        :quit

      _ ->
        "ERROR I know PUT, GET, ADD, DELETE, KEYS and QUIT"
    end
  end
end

defmodule KeyValue.Connection do
  @moduledoc "Serves one client until it leaves."

  def serve(socket) do
    with {:ok, line} <- :gen_tcp.recv(socket, 0),
         answer when is_binary(answer) <- KeyValue.Protocol.answer(line),
         :ok <- :gen_tcp.send(socket, [answer, "\n"]) do
      serve(socket)
    else
      :quit -> :gen_tcp.close(socket)
      {:error, :closed} -> :ok
    end
  end
end

defmodule KeyValue.Listener do
  @moduledoc "Holds the listening socket, so that an acceptor may end without closing it."
  use GenServer

  def start_link(port), do: GenServer.start_link(__MODULE__, port, name: __MODULE__)
  def socket, do: GenServer.call(__MODULE__, :socket)

  def port do
    {:ok, port} = :inet.port(socket())
    port
  end

  @impl true
  def init(port) do
    :gen_tcp.listen(port, [
      :binary,
      packet: :line,
      active: false,
      reuseaddr: true,
      backlog: 128,
      ip: {127, 0, 0, 1}
    ])
  end

  @impl true
  def handle_call(:socket, _from, socket), do: {:reply, socket, socket}
end

defmodule KeyValue.Acceptor do
  @moduledoc "Gives each new connection a process of its own."
  use Task, restart: :permanent

  def start_link(_), do: Task.start_link(__MODULE__, :run, [])

  def run do
    Process.register(self(), __MODULE__)
    accept(KeyValue.Listener.socket())
  end

  defp accept(listener) do
    {:ok, socket} = :gen_tcp.accept(listener)

    {:ok, pid} =
      Task.Supervisor.start_child(KeyValue.Connections, fn ->
        receive do
          :yours -> KeyValue.Connection.serve(socket)
        end
      end)

    :ok = :gen_tcp.controlling_process(socket, pid)
    send(pid, :yours)
    accept(listener)
  end
end

defmodule KeyValue.Supervisor do
  use Supervisor

  def start_link(port), do: Supervisor.start_link(__MODULE__, port)

  @impl true
  def init(port) do
    children = [
      KeyValue.Store,
      {Task.Supervisor, name: KeyValue.Connections},
      {KeyValue.Listener, port},
      KeyValue.Acceptor
    ]

    Supervisor.init(children, strategy: :one_for_one)
  end
end

defmodule Client do
  @moduledoc "Says a line, hears a line, and writes both down."

  def connect(name) do
    {:ok, socket} =
      :gen_tcp.connect({127, 0, 0, 1}, KeyValue.Listener.port(), [:binary, packet: :line, active: false])

    {name, socket}
  end

  def ask({name, socket}, request) do
    :ok = :gen_tcp.send(socket, request <> "\n")
    IO.puts("#{name} > #{request}")

    case :gen_tcp.recv(socket, 0, 5000) do
      {:ok, answer} -> IO.puts("#{name} < #{String.trim(answer)}")
      {:error, :closed} -> IO.puts("#{name} - the server has hung up")
    end
  end
end

{:ok, supervisor} = KeyValue.Supervisor.start_link(0)

ann = Client.connect("ann")
bob = Client.connect("bob")

Client.ask(ann, "PUT colour sea green")
Client.ask(bob, "GET colour")
Client.ask(bob, "PUT visits 41")
Client.ask(ann, "ADD visits 1")
Client.ask(ann, "ADD colour 1")
Client.ask(bob, "KEYS")
Client.ask(bob, "SING")

IO.puts("\nThe acceptor is killed; its supervisor starts another one.")
old = Process.whereis(KeyValue.Acceptor)
monitor = Process.monitor(old)
Process.exit(old, :kill)

receive do
  {:DOWN, ^monitor, :process, ^old, reason} -> IO.puts("It has ended: #{inspect(reason)}")
end

eve = Client.connect("eve")
Client.ask(eve, "GET visits")
Client.ask(ann, "DELETE visits")
Client.ask(eve, "GET visits")
Client.ask(eve, "QUIT")

IO.puts("\nA hundred clients at once add up to 100:")

1..100
|> Task.async_stream(
  fn number ->
    {_, socket} = Client.connect(number)
    :ok = :gen_tcp.send(socket, "ADD total 1\n")
    {:ok, "VALUE " <> _} = :gen_tcp.recv(socket, 0, 5000)
    :gen_tcp.close(socket)
  end,
  max_concurrency: 100
)
|> Stream.run()

Client.ask(bob, "GET total")
Supervisor.stop(supervisor)
Client.ask(bob, "GET total")
