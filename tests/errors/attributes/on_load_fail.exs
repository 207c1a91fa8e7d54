defmodule A do
  @on_load :foo
  def foo, do: :error
end
