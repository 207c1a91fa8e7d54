defmodule A do
  @dialyzer :foo
  def f, do: 1
end
