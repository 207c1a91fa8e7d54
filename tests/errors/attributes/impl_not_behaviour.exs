defmodule A do
  @impl GenServer
  def init(x), do: {:ok, x}
end
