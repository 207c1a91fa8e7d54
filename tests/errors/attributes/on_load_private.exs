defmodule A do
  @on_load :foo
  defp foo, do: :ok
end
