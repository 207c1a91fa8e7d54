# run: --seed 0
# run: --seed 0 --trace
defmodule SetupFailsTest do
  use ExUnit.Case

  setup context do
    if context[:fail], do: raise("no setup")
    :ok
  end

  @tag :fail
  test "does not run", do: flunk()
  test "runs", do: :ok
end

defmodule SetupAllFailsTest do
  use ExUnit.Case

  setup_all do
    raise "no setup for all"
  end

  test "one", do: :ok
  test "two", do: :ok
  @tag :skip
  test "three", do: :ok
end

defmodule SetupAllExitsTest do
  use ExUnit.Case

  setup_all do
    spawn_link(fn -> exit(:boom) end)
    Process.sleep(1000)
    :ok
  end

  test "one", do: :ok
end

defmodule BadReturnTest do
  use ExUnit.Case

  setup context do
    context[:return] || :ok
  end

  @tag return: :bad
  test "an atom", do: :ok
  @tag return: [1, 2]
  test "a list", do: :ok
  @tag return: {:ok, 1}
  test "a number", do: :ok
  @tag return: [line: 1]
  test "a reserved key", do: :ok
  @tag return: %{more: 1}
  test "a map", context, do: assert(context.more == 1)
end

defmodule OnExitTest do
  use ExUnit.Case

  setup do
    on_exit(fn -> send(:nobody_here, :hello) end)
  end

  test "the callback raises", do: :ok
  test "both fail", do: flunk("the test fails too")

  test "the callback exits" do
    on_exit(:name, fn -> raise "replaced" end)
    on_exit(:name, fn -> exit(:gone) end)
  end
end

defmodule OnExitOrderTest do
  use ExUnit.Case

  test "runs them in reverse" do
    pid = self()
    on_exit(fn -> :persistent_term.put(:order, [{:first, pid == self()} | :persistent_term.get(:order)]) end)
    on_exit(fn -> :persistent_term.put(:order, [{:second, pid == self()}]) end)
  end

  test "ran them in reverse", do: assert(:persistent_term.get(:order) == [first: false, second: false])

  test "only in the process of the test" do
    Task.await(Task.async(fn -> on_exit(fn -> :ok end) end))
  end

  test "not from outside" do
    task = Task.async(fn ->
      try do
        on_exit(fn -> :ok end)
      rescue
        e -> e
      end
    end)
    assert %ArgumentError{} = error = Task.await(task)
    assert Exception.message(error) == ""
  end
end

defmodule SupervisedTest do
  use ExUnit.Case

  test "starts and stops" do
    pid = start_supervised!({Agent, fn -> 1 end})
    assert Agent.get(pid, & &1) == 1
    assert {:error, {:already_started, ^pid}} = start_supervised({Agent, fn -> 2 end})
    assert :ok = stop_supervised(Agent)
    assert {:error, :not_found} = stop_supervised(Agent)
    refute Process.alive?(pid)
  end

  test "fails to start" do
    start_supervised!(%{id: :x, start: {Kernel, :elem, [{{:error, :bad}}, 0]}})
  end

  test "fails in init" do
    start_supervised!(%{id: :x, start: {Agent, :start_link, [fn -> raise "no" end]}})
  end

  test "a stop of nothing" do
    stop_supervised!(:nothing)
  end

  test "ends before on_exit" do
    {:ok, pid} = start_supervised({Agent, fn -> 1 end}, id: :other)
    on_exit(fn -> false = Process.alive?(pid) end)
  end

  test "linked" do
    pid = start_link_supervised!({Agent, fn -> 1 end})
    Agent.cast(pid, fn _ -> exit(:boom) end)
    Process.sleep(1000)
  end
end
