defmodule A do
  @enforce_keys [:a, :b]
  defstruct [:a, :b]
end
%A{}
