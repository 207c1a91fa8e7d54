defmodule P do
  @enforce_keys [:a, :b]
  defstruct [:a, :b, :c]
end

%P{c: 1}
