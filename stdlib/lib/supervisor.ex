defmodule Supervisor do
  @moduledoc "A process that starts, watches and restarts others."

  @type on_start :: {:ok, pid} | :ignore | {:error, term}
  @type on_start_child :: {:ok, pid} | {:ok, pid, term} | {:error, term}
  @type child :: pid | :undefined
  @type name :: atom | {:global, term} | {:via, module, term}
  @type sup_flags :: map
  @type supervisor :: pid | name | {atom, node}
  @type strategy :: :one_for_one | :one_for_all | :rest_for_one
  @type init_option :: term
  @type option :: {:name, name}
  @type child_spec :: %{
          required(:id) => atom | term,
          required(:start) => {module, atom, [term]},
          optional(:restart) => :permanent | :transient | :temporary,
          optional(:shutdown) => timeout | :brutal_kill,
          optional(:type) => :worker | :supervisor,
          optional(:modules) => [module] | :dynamic,
          optional(:significant) => boolean
        }
  @type module_spec :: {module, args :: term} | module

  @callback init(init_arg :: term) :: {:ok, {sup_flags, [child_spec]}} | :ignore

  @doc false
  defmacro __using__(options) do
    quote location: :keep do
      import Supervisor.Spec
      @behaviour Supervisor
      unquote(Supervisor.Child.definition(options, type: :supervisor))
    end
  end

  def start_link(children, options) when is_list(children) do
    {flags, rest} = Keyword.split(options, [:strategy, :max_restarts, :max_seconds, :auto_shutdown])
    start_link(Supervisor.Default, init(children, flags), rest)
  end

  def start_link(module, init_arg) when is_atom(module), do: start_link(module, init_arg, [])

  def start_link(module, init_arg, options) when is_list(options) do
    case GenServer.address!(options[:name]) do
      :anonymous -> :supervisor.start_link(module, init_arg)
      address -> :supervisor.start_link(address, module, init_arg)
    end
  end

  def init(children, options) when is_list(children) and is_list(options) do
    unless options[:strategy] do
      raise ArgumentError, "expected :strategy option to be given"
    end

    given = Map.new(options)
    defaults = %{max_restarts: 3, max_seconds: 5, auto_shutdown: :never}

    %{strategy: strategy, max_restarts: restarts, max_seconds: seconds, auto_shutdown: auto} =
      Map.merge(defaults, given)

    flags = %{strategy: strategy, intensity: restarts, period: seconds, auto_shutdown: auto}
    {:ok, {flags, for(child <- children, do: Supervisor.Child.read(child))}}
  end

  def child_spec(child, overrides) do
    case Supervisor.Child.read(child) do
      spec when is_map(spec) ->
        Supervisor.Child.override(spec, overrides)

      spec ->
        raise ArgumentError,
              "old tuple-based child specification #{inspect(spec)} is not supported in Supervisor.child_spec/2"
    end
  end

  # A list holds the further arguments of a child that the supervisor has a template for.
  def start_child(supervisor, args) when is_list(args), do: ask(supervisor, {:start_child, args})
  def start_child(supervisor, child), do: ask(supervisor, {:start_child, Supervisor.Child.read(child)})

  def terminate_child(supervisor, id_or_pid), do: ask(supervisor, {:terminate_child, id_or_pid})
  def restart_child(supervisor, id), do: ask(supervisor, {:restart_child, id})
  def delete_child(supervisor, id), do: ask(supervisor, {:delete_child, id})
  def which_children(supervisor), do: ask(supervisor, :which_children)
  def count_children(supervisor), do: Map.new(ask(supervisor, :count_children))

  defp ask(supervisor, request), do: GenServer.call(supervisor, request, :infinity)

  def stop(supervisor, reason \\ :normal, timeout \\ :infinity),
    do: GenServer.stop(supervisor, reason, timeout)
end
