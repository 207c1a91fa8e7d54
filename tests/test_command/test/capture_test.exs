# run: --seed 0
defmodule CaptureTest do
  use ExUnit.Case
  import ExUnit.CaptureIO
  import ExUnit.CaptureLog
  require Logger

  setup_all do
    :logger.set_primary_config(:level, :all)
    on_exit(fn -> :logger.set_primary_config(:level, :none) end)
  end

  test "stdout" do
    assert capture_io(fn -> IO.puts("hello") end) == "hello\n"
    assert capture_io(fn -> :ok end) == ""
    assert with_io(fn -> IO.write("a"); 1 end) == {1, "a"}
  end

  test "stderr" do
    assert capture_io(:stderr, fn -> IO.puts(:stderr, "bad") end) == "bad\n"
    assert with_io(:stderr, fn -> IO.write(:stderr, "x"); 2 end) == {2, "x"}
  end

  test "input" do
    assert capture_io("line\nrest", fn -> IO.write(IO.gets("> ")) end) == "> line\n"
    assert capture_io([input: "x", capture_prompt: false], fn -> IO.write(IO.getn("> ", 1)) end) == "x"
  end

  test "an error passes" do
    assert_raise RuntimeError, fn -> capture_io(fn -> raise "no" end) end
    assert capture_io(fn -> IO.write("after") end) == "after"
  end

  test "nested" do
    outer = capture_io(fn ->
      IO.write("[")
      inner = capture_io(fn -> IO.write("x") end)
      IO.write(inner <> "]")
    end)
    assert outer == "[x]"
  end

  test "the log" do
    log = capture_log(fn -> Logger.error("bad things") end)
    assert log =~ "[error] bad things"
    assert capture_log([level: :error], fn -> Logger.info("quiet") end) == ""
    assert {3, log} = with_log(fn -> Logger.warning("w"); 3 end)
    assert log =~ "[warning] w"
    assert capture_log([format: "$message|", colors: [enabled: false]], fn -> Logger.error("m") end) == "m|"
  end

  @tag :capture_log
  test "the log of a test that fails" do
    Logger.error("said before")
    flunk()
  end

  @tag :capture_log
  test "the log of a test that does not fail" do
    Logger.error("not to be seen")
  end

  @tag :tmp_dir
  test "a folder", %{tmp_dir: dir} do
    assert File.dir?(dir)
    assert Path.relative_to_cwd(dir) |> String.starts_with?("tmp/CaptureTest/test-a-folder-")
  end
end
