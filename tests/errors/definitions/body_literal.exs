defmodule A do
  def f(x) do
    1
    "a"
    x
  end
end
