defmodule A do
  def Foo, do: 2
end
