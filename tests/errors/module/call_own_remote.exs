defmodule A do
  def f, do: 1
  A.f()
end
