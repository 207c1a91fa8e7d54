defmodule A do
  @behaviour GenServer
  @impl true
  defp init(x), do: {:ok, x}
end
