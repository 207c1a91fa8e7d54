defmodule Empty do
  def behaviour_info(_), do: []
end

defmodule Square do
  @behaviour Empty
  @impl true
  def one, do: 1
end
