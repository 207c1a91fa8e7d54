defmodule A do
  @foo 1
  Module.delete_attribute(__MODULE__, :foo)
  def f, do: @foo
end
