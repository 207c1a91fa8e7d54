defmodule A do
  defstruct [:a]
  @derive Inspect
end
