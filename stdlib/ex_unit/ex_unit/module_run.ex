defmodule ExUnit.ModuleRun do
  @moduledoc false
  # Runs the tests of one module. `setup_all` has a process of its own, which lives until they are done, so that what is
  # linked to it lives as long.

  alias ExUnit.{Cleanup, Failure, Runner, TestRun}

  def run(suite, module, parameters) do
    config = module.__ex_unit__(:config)
    template = module.__ex_unit__()
    tests = for test <- template.tests, do: %{test | parameters: parameters}
    test_module = %{template | parameters: parameters, tests: tests}
    Runner.tell(suite, {:module_started, test_module})

    {left_out, chosen} =
      tests |> Enum.map(&judge(&1, suite.options, tests)) |> Enum.split_with(&(&1.state != nil))

    Enum.each(left_out, &report(suite, &1))
    {test_module, done} = run_chosen(suite, test_module, config, Runner.shuffle(suite, chosen))

    # A module that was broken off does not finish.
    if length(done) == length(chosen), do: Runner.tell(suite, {:module_finished, %{test_module | tests: done}})
    Runner.enough_failures?(suite)
  end

  defp judge(test, options, tests) do
    only = options[:only_test_ids]
    tags = Map.merge(test.tags, %{test: test.name, module: test.module})

    cond do
      only != nil and {test.module, test.name} not in only ->
        %{test | state: {:excluded, "due to only_test_ids filter"}}

      true ->
        case ExUnit.Filters.eval(options.include, options.exclude, tags, tests) do
          :ok -> test
          state -> %{test | state: state}
        end
    end
  end

  defp report(suite, test) do
    Runner.tell(suite, {:test_started, test})
    Runner.tell(suite, {:test_finished, test})
    test
  end

  defp run_chosen(_suite, test_module, _config, []), do: {test_module, []}

  defp run_chosen(suite, test_module, config, tests) do
    context =
      test_module.tags
      |> Map.merge(test_module.parameters)
      |> Map.merge(%{module: test_module.name, file: test_module.file, async: config.async?})

    timeout = Map.get(test_module.tags, :timeout, suite.options.timeout)
    {owner, monitor} = start_owner(test_module.name, context)

    {failures, done} =
      receive do
        {^owner, {:ready, context}} ->
          {[], run_tests(suite, tests, context, [])}

        {^owner, {:failed, failures}} ->
          {failures, invalidate(suite, test_module, tests, failures)}

        {:DOWN, ^monitor, _, _, reason} ->
          failures = Failure.list({:EXIT, owner}, reason, [])
          {failures, invalidate(suite, test_module, tests, failures)}
      end

    dismiss(owner, monitor)

    left = for {kind, reason, stack} <- Cleanup.run(owner, timeout), do: Failure.list(kind, reason, stack)

    case Enum.concat([failures | left]) do
      [] -> {test_module, done}
      failures -> {%{test_module | state: {:failed, failures}}, done}
    end
  end

  # The process that set up may have ended before, of which we may have been told.
  defp dismiss(owner, monitor) do
    Process.demonitor(monitor, [:flush])
    monitor = Process.monitor(owner)
    send(owner, {self(), :leave})

    receive do
      {:DOWN, ^monitor, _, _, _} -> :ok
    end
  end

  defp start_owner(module, context) do
    runner = self()

    spawn_monitor(fn ->
      Cleanup.enrol(self())

      outcome =
        try do
          {:ready, module.__ex_unit__(:setup_all, context)}
        catch
          kind, reason -> {:failed, Failure.list(kind, reason, __STACKTRACE__)}
        end

      send(runner, {self(), outcome})

      receive do
        {^runner, :leave} -> exit(:shutdown)
      end
    end)
  end

  defp run_tests(_suite, [], _context, done), do: Enum.reverse(done)

  defp run_tests(suite, [test | rest], context, done) do
    if Runner.enough_failures?(suite) do
      Enum.reverse(done)
    else
      # From now on what the module has set up is known of the test, too.
      test = %{test | tags: context |> Map.merge(test.tags) |> Map.put(:test, test.name)}
      Runner.tell(suite, {:test_started, test})
      test = TestRun.run(suite, test)
      Runner.tell(suite, {:test_finished, test})
      run_tests(suite, rest, context, [test | done])
    end
  end

  defp invalidate(suite, test_module, tests, failures) do
    state = {:invalid, %{test_module | state: {:failed, failures}}}
    for test <- tests, do: report(suite, %{test | state: state})
  end
end
