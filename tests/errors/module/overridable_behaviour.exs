defmodule A do
  defoverridable GenServer
end
