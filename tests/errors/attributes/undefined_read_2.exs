defmodule A do
  def f, do: @bar
  def g, do: @bar
end
