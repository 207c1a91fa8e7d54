defmodule A do
  def __MODULE__(), do: 1
end
