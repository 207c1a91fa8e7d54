defmodule A do
  @size 3
  def size, do: @size()
  IO.inspect(@size())
end
