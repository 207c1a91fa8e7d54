defmodule A do
  def f(_x), do: _x
end
