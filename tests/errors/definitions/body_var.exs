defmodule A do
  def f(x) do
    x
    :ok
  end
end
