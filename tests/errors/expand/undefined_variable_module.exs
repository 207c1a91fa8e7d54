defmodule A do
  def f(abc), do: abd
end
