defmodule A do
  @on_load :foo
  @on_load :bar
  def foo, do: :ok
  def bar, do: :ok
end
