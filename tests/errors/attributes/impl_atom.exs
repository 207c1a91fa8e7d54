defmodule A do
  @impl :foo
  def f, do: 1
end
