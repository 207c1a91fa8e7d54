# run: --seed 0
defmodule ExitingTest do
  use ExUnit.Case
  test "ends everything", do: System.halt(9)
end
