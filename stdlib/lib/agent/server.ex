defmodule Agent.Server do
  @moduledoc false
  use GenServer

  def init(start) do
    :cordial_server.begun_with(start)

    case start do
      {module, fun, args} -> {:ok, apply(module, fun, args)}
      fun -> {:ok, fun.()}
    end
  end

  def handle_call({operation, work}, _from, state) do
    case {operation, on(state, work)} do
      {:get, value} -> {:reply, value, state}
      {:update, state} -> {:reply, :ok, state}
      {:get_and_update, {value, state}} -> {:reply, value, state}
      {:get_and_update, other} -> {:stop, {:bad_return_value, other}, state}
    end
  end

  def handle_cast({:cast, work}, state), do: {:noreply, on(state, work)}
  def code_change(_old, state, work), do: {:ok, on(state, work)}

  defp on(state, {module, fun, args}), do: apply(module, fun, [state | args])
  defp on(state, fun), do: fun.(state)
end
