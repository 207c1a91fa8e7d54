defmodule A do
  @deprecated 1
  def f, do: 1
end
