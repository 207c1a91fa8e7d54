defmodule A do
  @derive String
  defstruct [:a]
end
