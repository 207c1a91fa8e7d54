x = 1
defmodule A do
  def f, do: x
end
