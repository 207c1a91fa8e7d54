defmodule A do
  def foo(:a, b \\ 1), do: b
  def foo(:c, b), do: b
end
