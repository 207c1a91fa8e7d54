defmodule P do
  defstruct [:a]
end

%P{b: 1} = 1
