defmodule A do
  def case(x), do: x
end
