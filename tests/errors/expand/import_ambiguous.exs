defmodule A do
  import String
  def f(x), do: length(x)
end
