defmodule A do
  @on_definition String
  def f, do: 1
end
