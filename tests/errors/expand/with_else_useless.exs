defmodule A do
  def f(x) do
    with y = x do
      y
    else
      _ -> 1
    end
  end
end
