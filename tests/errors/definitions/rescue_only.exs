defmodule A do
  def f(x) do
    x
  rescue
    _ -> 1
  else
    _ -> 2
  end
end
