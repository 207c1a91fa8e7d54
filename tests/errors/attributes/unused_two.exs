defmodule A do
  @foo 1
  @bar 2
  @foo 3
  def f, do: 1
end
