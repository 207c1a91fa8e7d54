defmodule A do
  @foo
  def f, do: @bar
end
