defmodule A do
  def f(a // 1), do: a
end
