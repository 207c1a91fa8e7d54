# run: --seed 0 --max-failures 2
# run: --seed 0 --exit-status 7
defmodule MaxFailuresTest do
  use ExUnit.Case
  for n <- 1..4 do
    test "number #{n}", do: flunk("failure #{unquote(n)}")
  end
end
