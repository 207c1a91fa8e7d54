defmodule A do
  @on_load "foo"
  def f, do: 1
end
