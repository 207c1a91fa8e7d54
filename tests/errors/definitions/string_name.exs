defmodule A do
  def "foo", do: 1
end
