# run: --seed 0
# run: --seed 0 --color
defmodule RaisingTest do
  use ExUnit.Case

  defmodule Wordless do
    defexception [:reason]
    def message(_), do: raise("no words")
  end

  defp head(n) when n > 0, do: n
  defp id(x), do: x

  defp below(fun) do
    result = fun.(1)
    [result]
  end

  test "an error", do: raise("oops")
  test "an argument error", do: raise(ArgumentError, "bad\nargument")
  test "no clause", do: head(id(-1))
  test "no case", do: case(id(1), do: (2 -> :ok))
  test "no match", do: {:ok, _} = id(:error)
  test "undefined", do: id(NoSuchModule).run(1)
  test "a key", do: id(%{a: 1}).b
  test "arithmetic", do: id(1) + id(:a)
  test "a throw", do: throw({:ball, 1})
  test "an exit", do: exit(:gone)
  test "an exit with a reason", do: exit({:shutdown, :away})
  test "a linked process", do: (spawn_link(fn -> exit(:boom) end); Process.sleep(1000))
  test "an error in a task", do: Task.await(Task.async(fn -> exit(:boom) end))
  test "a GenServer that is not there", do: GenServer.call(:not_there, :hello)
  test "killed", do: Process.exit(self(), :kill)
  test "nothing raised", do: assert_raise(ArgumentError, fn -> :ok end)
  test "another error", do: assert_raise(ArgumentError, fn -> raise "oops" end)
  test "another message", do: assert_raise(RuntimeError, "oops", fn -> raise "ooops" end)
  test "another message by pattern", do: assert_raise(RuntimeError, ~r/^x/, fn -> raise "oops" end)
  test "no message", do: assert_raise(Wordless, "words", fn -> raise Wordless end)
  test "no throw", do: catch_throw(id(1))
  test "no exit", do: catch_exit(id(1))
  test "no error", do: catch_error(id(1))
  test "raised in a function", do: below(fn x -> raise "no #{x}" end)
  test "a multi error", do: raise(ExUnit.MultiError, errors: [{:error, RuntimeError.exception("one"), []}, {:throw, :two, []}])
end
