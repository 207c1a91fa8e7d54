defmodule A do
  @nifs [:foo]
  def f, do: 1
end
