defmodule Port do
  @moduledoc """
  Programs outside that talk to a process, their owner, by messages.

  The owner gets `{port, {:data, data}}` and, where it asks for them, `{port, {:exit_status, status}}` and `{port, :eof}`. It
  may send `{self(), {:command, iodata}}`, `{self(), :close}` and `{self(), {:connect, pid}}` to the port, which is linked to it.
  """

  @type name :: {:spawn, charlist | binary} | {:spawn_executable, Path.t()}

  @doc """
  Starts a program: `{:spawn, command_line}` by the shell, `{:spawn_executable, path}` itself.

  Options: `{:line, most}`, `{:packet, 1 | 2 | 4}` or `:stream`, `:binary`, `:exit_status`, `:eof`, `:stderr_to_stdout`, `:in`,
  `:out`, `:use_stdio`, `:nouse_stdio` (the program uses its descriptors 3 and 4), `cd:`, `env:`, and with `:spawn_executable`
  also `args:` and `arg0:`.
  """
  @spec open(name, list) :: port
  def open(name, options), do: :erlang.open_port(name, options)

  @doc "Closes the port; what was sent before still goes out."
  @spec close(port) :: true
  def close(port), do: :erlang.port_close(port)

  @doc "Sends data to the program; waits while it is busy, or gives `false` with the option `:nosuspend`."
  @spec command(port, iodata, [:force | :nosuspend]) :: boolean
  def command(port, data, options \\ []), do: :erlang.port_command(port, data, options)

  @doc "Makes another process the owner, which is linked to the port then."
  @spec connect(port, pid) :: true
  def connect(port, pid), do: :erlang.port_connect(port, pid)

  @doc "What is known of the port, or `nil` if there is none."
  @spec info(port) :: keyword | nil
  def info(port), do: nillify(:erlang.port_info(port))

  @doc "One item: `{item, value}`, or `nil` if there is no such port."
  @spec info(port, atom) :: {atom, term} | nil
  def info(port, item)

  def info(port, :registered_name) do
    case :erlang.port_info(port, :registered_name) do
      [] -> {:registered_name, []}
      other -> nillify(other)
    end
  end

  def info(port, item), do: nillify(:erlang.port_info(port, item))

  @doc "Has `{:DOWN, reference, :port, port, reason}` sent when the port ends."
  @spec monitor(port | atom) :: reference
  def monitor(port), do: :erlang.monitor(:port, port)

  @doc "Ends the monitor."
  @spec demonitor(reference, [:flush | :info]) :: boolean
  def demonitor(monitor_ref, options \\ []) when is_list(options), do: :erlang.demonitor(monitor_ref, options)

  @doc "All open ports."
  @spec list :: [port]
  def list, do: :erlang.ports()

  defp nillify(:undefined), do: nil
  defp nillify(other), do: other
end
