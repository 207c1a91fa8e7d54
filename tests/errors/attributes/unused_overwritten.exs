defmodule A do
  @foo 1
  @foo 2
  def f, do: @foo
end
