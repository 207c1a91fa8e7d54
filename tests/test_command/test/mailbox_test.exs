# run: --seed 0
# run: --seed 0 --color
defmodule MailboxTest do
  use ExUnit.Case

  test "nothing there", do: assert_receive(:hello, 10)
  test "nothing there now", do: assert_received({:hello, _})

  test "one other message" do
    send(self(), {:hello, "world"})
    assert_received {:hello, "you"}
  end

  test "many messages" do
    for n <- 1..14, do: send(self(), {:message, n})
    assert_receive {:message, 15}, 0
  end

  test "pins" do
    x = 5
    send(self(), {:n, 6})
    assert_receive {:n, ^x}, 0
  end

  test "a guard" do
    send(self(), {:n, 6})
    assert_receive {:n, x} when x > 7, 0
  end

  test "a message of its own" do
    assert_receive :never, 0, "it did not come"
  end

  test "refuted" do
    send(self(), {:n, 6})
    refute_receive {:n, _}, 10
  end

  test "refuted now" do
    send(self(), :here)
    refute_received :here
  end

  test "refuted with words" do
    send(self(), :here)
    refute_received :here, "should not be here"
  end

  test "a bad timeout" do
    assert_receive :never, "soon"
  end
end
