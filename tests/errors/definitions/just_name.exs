defmodule A do
  def f
end
