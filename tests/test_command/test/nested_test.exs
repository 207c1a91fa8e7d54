# run: --seed 0
defmodule NestedTest do
  use ExUnit.Case
  import ExUnit.CaptureIO

  test "a suite inside" do
    defmodule InnerTest do
      use ExUnit.Case
      test "green", do: :ok
      test "red", do: assert(1 == 2)
    end

    ExUnit.Server.modules_loaded(false)
    output = capture_io(fn -> send(self(), ExUnit.run()) end)
    assert_received %{failures: 1, total: 2, excluded: 0, skipped: 0}
    assert output =~ "2 tests, 1 failure"
    assert output =~ "test red (NestedTest.InnerTest)"
  end

  test "processes" do
    parent = self()
    for n <- 1..3, do: spawn_link(fn -> send(parent, {:done, n}) end)
    for n <- 1..3, do: assert_receive({:done, ^n})
  end

  test "assertion in a task" do
    Task.await(Task.async(fn -> assert 1 == 2 end))
  end

  test "a try around" do
    try do
      assert 1 == 2
    rescue
      e in ExUnit.AssertionError -> assert e.left == 1 and e.right == 2 and e.message == "Assertion with == failed"
    end
  end
end
