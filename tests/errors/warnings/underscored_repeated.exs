defmodule Pair do
  def same(_x, _x), do: 1
end
