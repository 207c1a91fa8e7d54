defmodule A do
  @enforce_keys [1]
  defstruct [:a]
end
