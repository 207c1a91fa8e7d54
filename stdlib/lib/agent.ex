defmodule Agent do
  @moduledoc "A process that holds a state which functions read and change."

  @type on_start :: {:ok, pid} | {:error, {:already_started, pid} | term}
  @type name :: atom | {:global, term} | {:via, module, term}
  @type agent :: pid | {atom, node} | name
  @type state :: term

  @doc "How a supervisor starts an agent; the argument is the function of `start_link/2`."
  def child_spec(fun), do: Supervisor.Child.spec(Agent, fun, [], [])

  @doc false
  defmacro __using__(options), do: Supervisor.Child.definition(options)

  # Every operation takes its function as such, or as module, name and the arguments after the state.

  for start <- [:start_link, :start] do
    @spec unquote(start)((-> term), GenServer.options()) :: on_start
    def unquote(start)(fun, options \\ []) when is_function(fun, 0),
      do: GenServer.unquote(start)(Agent.Server, fun, options)

    @spec unquote(start)(module, atom, [any], GenServer.options()) :: on_start
    def unquote(start)(module, fun, args, options \\ [])
        when is_atom(module) and is_atom(fun) and is_list(args),
        do: GenServer.unquote(start)(Agent.Server, {module, fun, args}, options)
  end

  for operation <- [:get, :get_and_update, :update] do
    def unquote(operation)(agent, fun, timeout \\ 5000) when is_function(fun, 1),
      do: GenServer.call(agent, {unquote(operation), fun}, timeout)

    def unquote(operation)(agent, module, fun, args, timeout \\ 5000),
      do: GenServer.call(agent, {unquote(operation), {module, fun, args}}, timeout)
  end

  @spec cast(agent, (state -> state)) :: :ok
  def cast(agent, fun) when is_function(fun, 1), do: GenServer.cast(agent, {:cast, fun})

  @spec cast(agent, module, atom, [term]) :: :ok
  def cast(agent, module, fun, args), do: GenServer.cast(agent, {:cast, {module, fun, args}})

  @spec stop(agent, reason :: term, timeout) :: :ok
  def stop(agent, reason \\ :normal, timeout \\ :infinity), do: GenServer.stop(agent, reason, timeout)
end
