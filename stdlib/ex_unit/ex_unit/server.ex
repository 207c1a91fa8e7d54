defmodule ExUnit.Server do
  @moduledoc false
  use GenServer

  @name __MODULE__

  def start do
    case GenServer.start(__MODULE__, :ok, name: @name) do
      {:ok, _} -> :ok
      {:error, {:already_started, _}} -> :ok
    end
  end

  def add_module(name, config) do
    case Process.whereis(@name) do
      nil ->
        raise "cannot use ExUnit.Case without starting the ExUnit application, " <>
                "please call ExUnit.start() or explicitly start the :ex_unit app"

      _ ->
        GenServer.call(@name, {:add, name, config}, :infinity)
    end
  end

  def add_again(modules) do
    Enum.each(modules, fn module ->
      add_module(module, %{async?: false, group: nil, parameterize: nil})
    end)
  end

  # Microseconds since the first module, and from now on no module comes late.
  def modules_loaded, do: GenServer.call(@name, :loaded, :infinity)
  def take_async, do: GenServer.call(@name, :take_async, :infinity)
  def take_sync, do: GenServer.call(@name, :take_sync, :infinity)

  @impl true
  def init(:ok) do
    {:ok, %{async: [], sync: [], start: System.monotonic_time()}}
  end

  @impl true
  def handle_call({:add, name, %{async?: true} = config}, _from, state) do
    {:reply, :ok, %{state | async: [{name, config} | state.async]}}
  end

  def handle_call({:add, name, config}, _from, state) do
    {:reply, :ok, %{state | sync: [{name, config} | state.sync]}}
  end

  def handle_call(:loaded, _from, state) do
    us = System.convert_time_unit(System.monotonic_time() - state.start, :native, :microsecond)
    {:reply, us, state}
  end

  def handle_call(:take_async, _from, state) do
    {:reply, Enum.reverse(state.async), %{state | async: []}}
  end

  def handle_call(:take_sync, _from, state) do
    {:reply, Enum.reverse(state.sync), %{state | sync: [], start: System.monotonic_time()}}
  end
end
