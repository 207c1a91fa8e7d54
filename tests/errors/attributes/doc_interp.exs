defmodule A do
  @doc 1
  def f, do: 1
end
