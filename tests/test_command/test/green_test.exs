# run: --seed 0
# run: --seed 0 --trace
# run: --seed 7 --trace --max-failures 1
# run: --seed 0 --only slow
# run: --seed 0 --only number:2 --trace
# run: --seed 0 --exclude slow
# run: --seed 0 --exclude slow --include number:2
# run: --seed 0 --only nothing
# run: --seed 0 --slowest 2
# run: --seed 0 --slowest-modules 1
defmodule GreenTest do
  use ExUnit.Case, async: true
  @moduletag :green

  setup_all do
    {:ok, shared: 1}
  end

  setup %{shared: shared} do
    [own: shared + 1]
  end

  test "counts", %{shared: shared, own: own} do
    assert {shared, own} == {1, 2}
  end

  @tag :slow
  test "is slow", context do
    Process.sleep(30)
    assert context.slow
    assert context.green
    assert context.module == GreenTest
    assert context.test == :"test is slow"
    refute context.describe
  end

  describe "a block" do
    @describetag number: 1
    setup :double

    test "has its own setup", %{own: own, number: 1} do
      assert own == 4
    end

    @tag number: 2
    test "has tags", %{number: number, describe: describe} do
      assert number == 2
      assert describe == "a block"
    end

    defp double(%{own: own}), do: %{own: own * 2}
  end

  @tag :skip
  test "is left out" do
    flunk()
  end

  @tag skip: "for a reason"
  test "is left out with a reason" do
    flunk()
  end
end

defmodule GreenSyncTest do
  use ExUnit.Case

  test "runs after the others" do
    Process.sleep(100)
    assert_raise ArgumentError, fn -> raise ArgumentError end
    assert catch_throw(throw(:ball)) == :ball
    assert catch_exit(exit(:gone)) == :gone
    assert catch_error(error(:bad)) == :bad
    send(self(), {:hello, 1})
    assert_received {:hello, n}
    assert n == 1
    refute_received _
  end

  defp error(what), do: :erlang.error(what)
end
