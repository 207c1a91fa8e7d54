defmodule A do
  def f(x) do
  end
end
