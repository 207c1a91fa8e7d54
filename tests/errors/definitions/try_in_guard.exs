defmodule A do
  def f(x) when (try do x rescue _ -> 1 end), do: x
end
