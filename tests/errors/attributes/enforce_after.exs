defmodule A do
  defstruct [:a]
  @enforce_keys [:a]
end
