defmodule ExUnit.TestRun do
  @moduledoc false
  # Runs one test in a process of its own: its setups, its body, what it asked to be done at its end.

  alias ExUnit.{Cleanup, Failure, Runner}

  @doc "The test as it went. What its module has set up is among its tags."
  def run(suite, test) do
    timeout = Map.get(test.tags, :timeout, suite.options.timeout)
    {pid, monitor} = start(suite, test)
    test = await(test, pid, monitor, timeout)

    case Cleanup.run(pid, timeout) do
      [{kind, reason, stack}] when test.state == nil -> %{test | state: {:failed, Failure.list(kind, reason, stack)}}
      # A test that failed keeps its own failure.
      _ -> test
    end
  end

  defp start(suite, test) do
    runner = self()

    spawn_monitor(fn ->
      Cleanup.enrol(self())
      Runner.seed_test(suite, test)
      start = System.monotonic_time()

      {failures, logs} =
        logged(Map.get(test.tags, :capture_log, suite.options.capture_log), fn -> body(test) end)

      state = if failures == [], do: nil, else: {:failed, failures}
      send(runner, {self(), %{test | state: state, logs: logs, time: Runner.microseconds_since(start)}})
      exit(:shutdown)
    end)
  end

  defp body(test) do
    context = test.tags |> Map.put(:test_pid, self()) |> tmp_dir(test)
    context = test.module.__ex_unit__(:setup, context)
    apply(test.module, test.name, [context])
    []
  catch
    kind, reason -> Failure.list(kind, reason, __STACKTRACE__)
  end

  defp logged(off, fun) when off in [nil, false], do: {fun.(), ""}
  defp logged(true, fun), do: ExUnit.CaptureLog.with_log([], fun)
  defp logged(options, fun), do: ExUnit.CaptureLog.with_log(options, fun)

  defp await(test, pid, monitor, timeout) do
    receive do
      {^pid, finished} ->
        receive do
          {:DOWN, ^monitor, _, _, _} -> finished
        end

      {:DOWN, ^monitor, _, _, reason} ->
        %{test | state: {:failed, Failure.list({:EXIT, pid}, reason, [])}}
    after
      timeout ->
        stack = Failure.current_stack(pid)
        Process.exit(pid, :kill)

        receive do
          {:DOWN, ^monitor, _, _, _} -> :ok
        end

        error = ExUnit.TimeoutError.exception(timeout: timeout, type: Atom.to_string(test.tags.test_type))
        %{test | state: {:failed, Failure.list(:error, error, stack)}, time: timeout * 1000}
    end
  end

  # --- a folder of its own ---------------------------------------------------------------------

  defp tmp_dir(%{tmp_dir: wanted} = context, test) when wanted == true or is_binary(wanted) do
    name = Atom.to_string(test.name)
    # Names are cut and cleaned; the hash keeps them apart.
    hash = {test.module, name} |> :erlang.phash2() |> Integer.to_string(16) |> String.downcase() |> String.pad_leading(8, "0")
    folder = Path.join(["tmp", clean(inspect(test.module)), clean(name) <> "-" <> hash])
    folder = if is_binary(wanted), do: Path.join(folder, wanted), else: folder
    path = Path.expand(folder)
    File.rm_rf!(path)
    File.mkdir_p!(path)
    %{context | tmp_dir: path}
  end

  defp tmp_dir(%{tmp_dir: off} = context, _test) when off in [nil, false], do: context

  defp tmp_dir(%{tmp_dir: other}, _test) do
    raise ArgumentError, "expected :tmp_dir to be a boolean or a string, got: #{inspect(other)}"
  end

  defp tmp_dir(context, _test), do: context

  defp clean(text), do: String.replace(text, ~r/[^\w\-.]+/u, "-")
end
