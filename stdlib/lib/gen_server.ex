defmodule GenServer do
  @moduledoc "A process that keeps state and answers calls, casts and messages through callbacks."

  @type on_start ::
          {:ok, pid} | :ignore | {:error, {:already_started, pid} | term}
  @type name :: atom | {:global, term} | {:via, module, term}
  @type server :: pid | name | {atom, node}
  @type from :: {pid, tag :: term}
  @type options :: [option]
  @type option ::
          {:debug, list}
          | {:name, name}
          | {:timeout, timeout}
          | {:spawn_opt, list}
          | {:hibernate_after, timeout}
  @type debug :: [:trace | :log | :statistics | {:log_to_file, Path.t()}]

  @callback init(init_arg :: term) ::
              {:ok, state}
              | {:ok, state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | :ignore
              | {:stop, reason :: any}
            when state: any
  @callback handle_call(request :: term, from, state :: term) :: term
  @callback handle_cast(request :: term, state :: term) :: term
  @callback handle_info(msg :: :timeout | term, state :: term) :: term
  @callback handle_continue(continue_arg :: term, state :: term) :: term
  @callback terminate(reason :: term, state :: term) :: term
  @callback code_change(old_vsn :: term, state :: term, extra :: term) :: term
  @callback format_status(status :: map) :: map
  @callback format_status(reason :: atom, pdict_and_state :: list) :: term
  @optional_callbacks code_change: 3,
                      terminate: 2,
                      handle_info: 2,
                      handle_cast: 2,
                      handle_call: 3,
                      format_status: 1,
                      format_status: 2,
                      handle_continue: 2

  @doc false
  defmacro __using__(options) do
    quote location: :keep do
      @behaviour GenServer
      unquote(Supervisor.Child.definition(options))
      @before_compile GenServer

      @doc false
      def handle_call(msg, _from, state) do
        GenServer.__unhandled_call__(__MODULE__, msg, state)
      end

      @doc false
      def handle_info(msg, state) do
        GenServer.__unhandled_info__(__MODULE__, msg, state)
      end

      @doc false
      def handle_cast(msg, state) do
        GenServer.__unhandled_cast__(__MODULE__, msg, state)
      end

      @doc false
      def terminate(_reason, _state), do: :ok

      @doc false
      def code_change(_old, state, _extra), do: {:ok, state}

      defoverridable code_change: 3, terminate: 2, handle_info: 2, handle_cast: 2, handle_call: 3
    end
  end

  @doc false
  def __unhandled_call__(_module, _msg, _state) do
    raise "attempted to call GenServer #{inspect(own_name())} but no handle_call/3 clause was provided"
  end

  @doc false
  def __unhandled_cast__(_module, _msg, _state) do
    raise "attempted to cast GenServer #{inspect(own_name())} but no handle_cast/2 clause was provided"
  end

  defp own_name do
    case Process.info(self(), :registered_name) do
      {_, []} -> self()
      {_, name} -> name
    end
  end

  @doc false
  def __unhandled_info__(module, msg, state) do
    :logger.error(
      %{
        label: {GenServer, :no_handle_info},
        report: %{module: module, message: msg, name: own_name()}
      },
      %{
        domain: [:otp, :elixir],
        error_logger: %{tag: :error_msg},
        report_cb: &GenServer.format_report/1
      }
    )

    {:noreply, state}
  end

  @doc false
  def format_report(%{
        label: {GenServer, :no_handle_info},
        report: %{module: mod, message: msg, name: proc}
      }) do
    {~c"~p ~p received unexpected message in handle_info/2: ~p~n", [mod, proc, msg]}
  end

  defmacro __before_compile__(env) do
    unless Module.defines?(env.module, {:init, 1}) do
      message = """
      function init/1 required by behaviour GenServer is not implemented \
      (in module #{inspect(env.module)}).

      We will inject a default implementation for now:

          def init(init_arg) do
            {:ok, init_arg}
          end

      You can copy the implementation above or define your own that converts \
      the arguments given to GenServer.start_link/3 to the server state.
      """

      IO.warn(message, env)

      quote do
        @doc false
        def init(init_arg) do
          {:ok, init_arg}
        end

        defoverridable init: 1
      end
    end
  end

  @spec start_link(module, term, options) :: on_start
  def start_link(module, init_arg, options \\ []) when is_atom(module) and is_list(options) do
    begin(:link, module, init_arg, options)
  end

  @spec start(module, term, options) :: on_start
  def start(module, init_arg, options \\ []) when is_atom(module) and is_list(options) do
    begin(:nolink, module, init_arg, options)
  end

  defp begin(bond, module, init_arg, options) do
    {name, options} = Keyword.pop(options, :name)
    :cordial_server.start(:gen_server, bond, address!(name), module, init_arg, options)
  end

  # The name option as `:gen_server` takes it.
  @doc false
  def address!(nil), do: :anonymous
  def address!(name) when is_atom(name), do: {:local, name}
  def address!({:global, _} = address), do: address
  def address!({:via, module, _} = address) when is_atom(module), do: address

  def address!(other) do
    raise ArgumentError, """
    expected :name option to be one of the following:

      * nil
      * atom
      * {:global, term}
      * {:via, module, term}

    Got: #{inspect(other)}
    """
  end

  @spec stop(server, reason :: term, timeout) :: :ok
  def stop(server, reason \\ :normal, timeout \\ :infinity) do
    case whereis(server) do
      nil ->
        exit({:noproc, {__MODULE__, :stop, [server, reason, timeout]}})

      pid when pid == self() ->
        exit({:calling_self, {__MODULE__, :stop, [server, reason, timeout]}})

      pid ->
        try do
          :proc_lib.stop(pid, reason, timeout)
        catch
          :exit, err ->
            exit({err, {__MODULE__, :stop, [server, reason, timeout]}})
        end
    end
  end

  @spec call(server, term, timeout) :: term
  def call(server, request, timeout \\ 5000)
      when (is_integer(timeout) and timeout >= 0) or timeout == :infinity do
    case whereis(server) do
      nil ->
        exit({:noproc, {__MODULE__, :call, [server, request, timeout]}})

      pid ->
        case :cordial_call.ask(pid, :"$gen_call", request, timeout) do
          {:ok, reply} -> reply
          {:exit, reason} -> exit({reason, {__MODULE__, :call, [server, request, timeout]}})
        end
    end
  end

  @spec cast(server, term) :: :ok
  def cast(server, request)

  def cast({:global, name}, request) do
    try do
      :global.send(name, {:"$gen_cast", request})
      :ok
    catch
      _, _ -> :ok
    end
  end

  def cast({:via, mod, name}, request) do
    try do
      mod.send(name, {:"$gen_cast", request})
      :ok
    catch
      _, _ -> :ok
    end
  end

  def cast({name, node}, request) when is_atom(name) and is_atom(node) do
    try do
      send({name, node}, {:"$gen_cast", request})
    catch
      _, _ -> :ok
    end

    :ok
  end

  def cast(dest, request) when is_pid(dest) do
    send(dest, {:"$gen_cast", request})
    :ok
  end

  def cast(dest, request) when is_atom(dest) do
    case :erlang.whereis(dest) do
      pid when is_pid(pid) -> send(pid, {:"$gen_cast", request})
      _ -> :ok
    end

    :ok
  end

  @spec abcast([node], name :: atom, term) :: :abcast
  def abcast(nodes \\ [node() | Node.list()], name, request)
      when is_list(nodes) and is_atom(name) do
    :gen_server.abcast(nodes, name, request)
  end

  def multi_call(nodes \\ [node() | Node.list()], name, request, timeout \\ :infinity) do
    :gen_server.multi_call(nodes, name, request, timeout)
  end

  @spec reply(from, term) :: :ok
  def reply(client, reply), do: :cordial_call.reply(client, reply)

  @spec whereis(server) :: pid | {atom, node} | nil
  def whereis(server)
  def whereis(nil), do: nil
  def whereis(pid) when is_pid(pid), do: pid

  def whereis(name) when is_atom(name) do
    case :erlang.whereis(name) do
      :undefined -> nil
      pid -> pid
    end
  end

  def whereis({:global, name}) do
    case :global.whereis_name(name) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({:via, mod, name}) do
    case apply(mod, :whereis_name, [name]) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({name, local}) when is_atom(name) and local == node(), do: whereis(name)
  def whereis({name, node} = server) when is_atom(name) and is_atom(node), do: server
end
