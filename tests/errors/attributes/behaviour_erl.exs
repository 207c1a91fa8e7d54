defmodule A do
  @behaviour :gen_server
  def init(x), do: {:ok, x}
end
