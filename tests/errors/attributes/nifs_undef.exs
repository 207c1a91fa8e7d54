defmodule A do
  @nifs [foo: 1]
  def f, do: 1
end
