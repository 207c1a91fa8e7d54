defmodule A do
  def foo(:a, b), do: b
  def foo(:c, b \\ 1), do: b
end
