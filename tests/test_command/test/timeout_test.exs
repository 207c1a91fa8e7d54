# run: --seed 0 --exclude short
# run: --seed 0 --timeout 100 --only short
defmodule TimeoutTest do
  use ExUnit.Case

  @tag timeout: 100
  test "hangs" do
    Process.sleep(:infinity)
  end

  test "has time", do: assert(Process.sleep(1) == :ok)

  @tag :short
  test "is too slow for the whole run" do
    Process.sleep(5000)
  end

  @tag timeout: 100
  test "cleans up for too long" do
    on_exit(fn -> Process.sleep(5000) end)
  end
end
