# stderr: --seed 0
defmodule DuplicateTest do
  use ExUnit.Case
  test "a", do: :ok
  test "a", do: :ok
end
