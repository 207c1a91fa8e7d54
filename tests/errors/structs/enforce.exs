defmodule A do
  @enforce_keys [:a]
  defstruct [:a, :b]
end
%A{b: 1}
