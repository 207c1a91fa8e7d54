defmodule A do
  @derive Foo
  defstruct [:a]
end
