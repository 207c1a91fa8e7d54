defmodule A do
  def a -> b
end
