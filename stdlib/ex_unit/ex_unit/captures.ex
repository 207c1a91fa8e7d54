defmodule ExUnit.Captures do
  @moduledoc false
  # Who captures what at the moment: named devices and the log. While a device is captured, a relay answers to its name
  # and hands what is written to everybody who captures; while the log is, the default handler keeps still. A capture
  # ends with its owner, if not before.
  use GenServer

  defstruct devices: %{}, logs: %{}, level: nil

  @doc "Lets `capture`, a device, hear what is written to the device of that name. `shared?` if others may do so too."
  def listen(name, capture, shared?), do: call({:listen, name, self(), capture, shared?})

  @doc "Ends that."
  def unlisten(name, capture), do: call({:unlisten, name, capture})

  @doc "Adds a handler of the log."
  def add_handler(id, handler), do: call({:add_handler, id, self(), handler})

  @doc "Ends that."
  def remove_handler(id), do: call({:remove_handler, id})

  defp call(request) do
    case GenServer.start(__MODULE__, [], name: __MODULE__) do
      {:ok, _} -> :ok
      {:error, {:already_started, _}} -> :ok
    end

    GenServer.call(__MODULE__, request, :infinity)
  end

  @impl true
  def init([]), do: {:ok, %__MODULE__{}}

  @impl true
  def handle_call({:listen, name, owner, capture, shared?}, _from, state) do
    case state.devices do
      %{^name => device} when device.shared? and shared? ->
        {:reply, :ok, put_device(state, name, listener(device, owner, capture))}

      %{^name => _taken} ->
        {:reply, {:error, :already_captured}, state}

      _ ->
        case Process.whereis(name) do
          # The machine's own devices answer without a process until one takes their name.
          nil when name not in [:standard_error, :user] ->
            {:reply, {:error, :no_device}, state}

          original ->
            relay = spawn_link(fn -> relay([]) end)
            swap(name, relay)
            device = %{original: original, relay: relay, shared?: shared?, listeners: []}
            {:reply, :ok, put_device(state, name, listener(device, owner, capture))}
        end
    end
  end

  def handle_call({:unlisten, name, capture}, _from, state), do: {:reply, :ok, drop(state, name, capture)}

  def handle_call({:add_handler, id, owner, handler}, _from, state) do
    :ok = :logger.add_handler(id, ExUnit.CaptureLog, handler)
    state = if state.logs == %{}, do: mute(state), else: state
    {:reply, :ok, %{state | logs: Map.put(state.logs, id, Process.monitor(owner))}}
  end

  def handle_call({:remove_handler, id}, _from, state), do: {:reply, :ok, drop_handler(state, id)}

  @impl true
  def handle_info({:DOWN, monitor, :process, _pid, _reason}, state) do
    state =
      for {name, device} <- state.devices, {^monitor, capture} <- device.listeners, reduce: state do
        state -> drop(state, name, capture)
      end

    state = for({id, ^monitor} <- state.logs, reduce: state, do: (state -> drop_handler(state, id)))
    {:noreply, state}
  end

  # --- devices ---------------------------------------------------------------------------------

  defp listener(device, owner, capture) do
    tell(%{device | listeners: [{Process.monitor(owner), capture} | device.listeners]})
  end

  defp tell(device) do
    send(device.relay, {__MODULE__, self(), for({_monitor, capture} <- device.listeners, do: capture)})

    receive do
      {__MODULE__, :told} -> device
    end
  end

  defp put_device(state, name, device), do: %{state | devices: Map.put(state.devices, name, device)}

  defp drop(state, name, capture) do
    with %{^name => device} <- state.devices,
         {monitor, ^capture} <- List.keyfind(device.listeners, capture, 1) do
      Process.demonitor(monitor, [:flush])
      # What was sent to the relay before has been handed on when it answers.
      device = tell(%{device | listeners: List.keydelete(device.listeners, capture, 1)})

      if device.listeners == [] do
        swap(name, device.original)
        Process.unlink(device.relay)
        Process.exit(device.relay, :kill)
        %{state | devices: Map.delete(state.devices, name)}
      else
        put_device(state, name, device)
      end
    else
      _ -> state
    end
  end

  defp swap(name, pid) do
    if Process.whereis(name), do: Process.unregister(name)
    if pid, do: Process.register(pid, name)
  end

  # The first listener answers whoever writes or reads.
  defp relay(captures) do
    receive do
      {__MODULE__, from, captures} ->
        send(from, {__MODULE__, :told})
        relay(captures)

      {:io_request, _from, _ref, request} = message ->
        with [first | others] <- captures do
          send(first, message)
          for other <- others, do: send(other, {:io_request, self(), make_ref(), request})
        end

        relay(captures)

      _reply ->
        relay(captures)
    end
  end

  # --- the log ---------------------------------------------------------------------------------

  defp mute(state) do
    case :logger.get_handler_config(:default) do
      {:ok, %{level: level}} ->
        :logger.update_handler_config(:default, :level, :none)
        %{state | level: level}

      _ ->
        state
    end
  end

  defp drop_handler(state, id) do
    case Map.pop(state.logs, id) do
      {nil, _} ->
        state

      {monitor, logs} ->
        Process.demonitor(monitor, [:flush])
        :logger.remove_handler(id)
        if logs == %{} and state.level != nil, do: :logger.update_handler_config(:default, :level, state.level)
        %{state | logs: logs, level: if(logs == %{}, do: nil, else: state.level)}
    end
  end
end
