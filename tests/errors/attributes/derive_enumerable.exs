defmodule A do
  @derive Enumerable
  defstruct [:a]
end
