defmodule A do
  def foo.bar, do: 2
end
