defmodule P do
  defstruct [:a]
  %P{a: 1}
end
