defmodule A do
  @behaviour GenServer
  @behaviour GenServer
  def init(x), do: {:ok, x}
end
