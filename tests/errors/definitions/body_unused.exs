defmodule A do
  def f(x) do
    x + 1
    :ok
  end
end
