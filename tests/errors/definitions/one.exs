defmodule A do
  def 1, do: 1
end
