defmodule Agent.Server do
  @moduledoc false
  use GenServer

  def init(fun) do
    _ = initial_call(fun)
    {:ok, run(fun, [])}
  end

  def handle_call({:get, fun}, _from, state), do: {:reply, run(fun, [state]), state}

  def handle_call({:get_and_update, fun}, _from, state) do
    case run(fun, [state]) do
      {reply, state} -> {:reply, reply, state}
      other -> {:stop, {:bad_return_value, other}, state}
    end
  end

  def handle_call({:update, fun}, _from, state), do: {:reply, :ok, run(fun, [state])}

  def handle_cast({:cast, fun}, state), do: {:noreply, run(fun, [state])}

  def handle_info(_msg, state), do: {:noreply, state}

  def code_change(_old, state, fun), do: {:ok, run(fun, [state])}

  # The process is known by the function it was started with.
  defp initial_call({mod, fun, args}), do: put_initial_call(mod, fun, length(args))

  defp initial_call(fun) when is_function(fun, 0) do
    {:module, module} = Function.info(fun, :module)
    {:name, name} = Function.info(fun, :name)
    put_initial_call(module, name, 0)
  end

  defp put_initial_call(mod, fun, arity), do: Process.put(:"$initial_call", {mod, fun, arity})

  defp run({m, f, a}, extra), do: apply(m, f, extra ++ a)
  defp run(fun, []), do: fun.()
  defp run(fun, [state]), do: fun.(state)
end
