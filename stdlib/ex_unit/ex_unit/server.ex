defmodule ExUnit.Server do
  @moduledoc false
  # Keeps the modules that wait to be run. Work is handed out in batches: a list of `{module, parameters}` that run one
  # after the other. Batches of asynchronous modules are handed out while other modules still load; a group is a batch
  # that is whole only when everything is loaded; so are the modules that run alone.
  use GenServer

  defstruct ready: [], groups: %{}, sync: [], loaded?: false, customer: nil, since: nil

  def start do
    case GenServer.start(__MODULE__, [], name: __MODULE__) do
      {:ok, _pid} -> :ok
      {:error, {:already_started, _pid}} -> :ok
    end
  end

  @doc "Queues a module; its configuration says how it wants to run."
  def add_module(module, config) do
    if Process.whereis(__MODULE__) do
      GenServer.call(__MODULE__, {:add, module, config}, :infinity)
    else
      raise "cannot use ExUnit.Case without starting the ExUnit application, " <>
              "please call ExUnit.start() or explicitly start the :ex_unit app"
    end
  end

  @doc "Says that all modules are there (`true`: each to be run once): the microseconds since the last run, or the start."
  def modules_loaded(unique?), do: GenServer.call(__MODULE__, {:loaded, unique?}, :infinity)

  @doc "Waits for a batch of asynchronous modules; `:none` when there will be no more."
  def next_async, do: GenServer.call(__MODULE__, :next_async, :infinity)

  @doc "All batches that run alone, once everything is loaded. From then on modules are for another run."
  def take_sync, do: GenServer.call(__MODULE__, :take_sync, :infinity)

  @impl true
  def init([]), do: {:ok, %__MODULE__{since: System.monotonic_time()}}

  @impl true
  def handle_call({:add, module, config}, _from, state) do
    batches = for parameters <- config.parameterize || [%{}], do: [{module, parameters}]

    state =
      case config do
        %{async?: false} -> %{state | sync: Enum.reverse(batches, state.sync)}
        %{group: nil} -> %{state | ready: state.ready ++ batches}
        %{group: group} -> %{state | groups: Map.update(state.groups, group, batches, &(&1 ++ batches))}
      end

    {:reply, :ok, serve(state)}
  end

  def handle_call({:loaded, unique?}, _from, state) do
    grouped = for {_group, batches} <- Enum.sort(state.groups), do: Enum.concat(batches)
    state = %{state | ready: state.ready ++ grouped, groups: %{}, loaded?: true}
    state = if unique?, do: %{state | ready: Enum.uniq(state.ready), sync: Enum.uniq(state.sync)}, else: state
    {:reply, microseconds_since(state.since), serve(state)}
  end

  def handle_call(:next_async, from, state), do: {:noreply, serve(%{state | customer: from})}

  def handle_call(:take_sync, _from, state) do
    {:reply, Enum.reverse(state.sync), %{state | sync: [], loaded?: false, since: System.monotonic_time()}}
  end

  defp serve(%{customer: nil} = state), do: state

  defp serve(%{ready: [batch | rest], customer: customer} = state) do
    GenServer.reply(customer, batch)
    %{state | ready: rest, customer: nil}
  end

  defp serve(%{loaded?: true, customer: customer} = state) do
    GenServer.reply(customer, :none)
    %{state | customer: nil}
  end

  defp serve(state), do: state

  defp microseconds_since(start) do
    System.convert_time_unit(System.monotonic_time() - start, :native, :microsecond)
  end
end
