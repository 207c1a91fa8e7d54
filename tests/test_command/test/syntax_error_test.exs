# stderr: --seed 0
defmodule SyntaxErrorTest do
  use ExUnit.Case
  test "a" do
    (1 +
  end
end
