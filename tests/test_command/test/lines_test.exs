# run: --seed 0 test/lines_test.exs:9
# run: --seed 0 test/lines_test.exs:13 --trace
# run: --seed 0 test/lines_test.exs:9:20 --trace
# run: --seed 0 test/lines_test.exs:500
defmodule LinesTest do
  use ExUnit.Case

  test "at 9" do
    assert 1 + 1 == 2
  end

  describe "at 13" do
    test "at 14" do
      assert true
    end

    test "at 18", do: assert(true)
  end

  test "at 21", do: flunk()
end
