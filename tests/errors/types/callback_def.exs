defmodule A do
  @callback f() :: integer
  def f, do: 1
end
