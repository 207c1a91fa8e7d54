defmodule A do
  @behaviour GenServer
  @impl true
  def init(x), do: {:ok, x}
  @impl false
  def terminate(_, _), do: :ok
end
