defmodule Defaults do
  def a(x \\ 1)
  def a(1), do: 1
  def a(2), do: 2
  def b(1, x \\ 1), do: x
  def b(2, x), do: x
end
