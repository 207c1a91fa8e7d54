defmodule A do
  def "foo", do: 2
end
