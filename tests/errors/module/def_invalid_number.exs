defmodule A do
  def 1, do: 2
end
