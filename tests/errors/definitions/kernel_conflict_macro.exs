defmodule A do
  def if(x), do: x
  def to_string(x), do: x
  def h(x), do: to_string(x)
end
