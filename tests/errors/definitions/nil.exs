defmodule A do
  def nil, do: 1
end
