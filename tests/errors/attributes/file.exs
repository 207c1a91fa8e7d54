defmodule A do
  @file 1
  def f, do: 1
end
