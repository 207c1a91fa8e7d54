defmodule A do
  def f(x) do
    x
  else
    _ -> 2
  end
end
