defmodule ExUnit.Runner do
  @moduledoc false

  alias ExUnit.OnExitHandler
  alias ExUnit.Test
  alias ExUnit.TestModule

  @current_key __MODULE__

  def current_context, do: Process.get(@current_key)

  # The options of one run, defaults filled in.
  def configure(extra) do
    opts = Keyword.merge(ExUnit.configuration(), extra)
    opts = Keyword.put_new_lazy(opts, :seed, fn -> rem(System.os_time(:microsecond), 1_000_000) end)
    opts = if opts[:slowest] > 0, do: Keyword.put(opts, :trace, true), else: opts

    opts =
      if opts[:trace] do
        opts |> Keyword.put(:max_cases, 1) |> Keyword.put(:timeout, :infinity)
      else
        Keyword.put_new_lazy(opts, :max_cases, fn -> System.schedulers_online() * 2 end)
      end

    {include, exclude} = ExUnit.Filters.normalize(opts[:include], opts[:exclude])
    Keyword.merge(opts, include: include, exclude: exclude)
  end

  def run(opts, load_us) do
    OnExitHandler.start()
    stats = :counters.new(4, [])

    formatters =
      for formatter <- opts[:formatters] do
        {:ok, pid} = GenServer.start(formatter, opts)
        pid
      end

    config = %{
      formatters: formatters,
      seed: opts[:seed],
      rand: opts[:rand_algorithm],
      include: opts[:include],
      exclude: opts[:exclude],
      only: opts[:only_test_ids],
      timeout: opts[:timeout],
      trace: opts[:trace],
      capture_log: opts[:capture_log],
      max_cases: opts[:max_cases],
      max_failures: opts[:max_failures],
      stacktrace_depth: opts[:stacktrace_depth],
      stats: stats
    }

    notify(config, {:suite_started, opts})
    start = System.monotonic_time()
    async = shuffle(config, ExUnit.Server.take_async())
    async_us = run_async(config, async)
    sync = shuffle(config, ExUnit.Server.take_sync())
    Enum.each(sync, &run_module(config, &1))
    run_us = microseconds(start)

    times = %{async: async_us, load: load_us, run: run_us}
    notify(config, {:suite_finished, times})
    Enum.each(formatters, &GenServer.stop(&1))

    result = %{
      total: :counters.get(stats, 1),
      failures: :counters.get(stats, 2),
      excluded: :counters.get(stats, 3),
      skipped: :counters.get(stats, 4)
    }

    for callback <- opts[:after_suite], do: callback.(result)
    result
  end

  defp microseconds(start) do
    System.convert_time_unit(System.monotonic_time() - start, :native, :microsecond)
  end

  defp run_async(_config, []), do: nil

  defp run_async(config, modules) do
    start = System.monotonic_time()
    async_loop(config, modules, %{})
    microseconds(start)
  end

  # At most max_cases modules at the same time.
  defp async_loop(_config, [], running) when running == %{}, do: :ok

  defp async_loop(config, [module | rest], running) when map_size(running) < config.max_cases do
    {_pid, ref} = spawn_monitor(fn -> run_module(config, module) end)
    async_loop(config, rest, Map.put(running, ref, true))
  end

  defp async_loop(config, modules, running) do
    receive do
      {:DOWN, ref, _, _, _} when is_map_key(running, ref) ->
        async_loop(config, modules, Map.delete(running, ref))
    end
  end

  defp notify(%{formatters: formatters, stats: stats}, event) do
    count(stats, event)
    Enum.each(formatters, &GenServer.cast(&1, event))
  end

  defp count(stats, {:test_finished, %Test{state: state}}) do
    case state do
      {:excluded, _} ->
        :counters.add(stats, 1, 1)
        :counters.add(stats, 3, 1)

      {:skipped, _} ->
        :counters.add(stats, 1, 1)
        :counters.add(stats, 4, 1)

      {tag, _} when tag in [:failed, :invalid] ->
        :counters.add(stats, 1, 1)
        :counters.add(stats, 2, 1)

      _ ->
        :counters.add(stats, 1, 1)
    end
  end

  defp count(_stats, _event), do: :ok

  # --- modules ---------------------------------------------------------------------------------

  defp run_module(config, {module, %{parameterize: parameters}}) when is_list(parameters) do
    Enum.each(parameters, &run_module_with(config, module, &1))
  end

  defp run_module(config, {module, _}), do: run_module_with(config, module, %{})

  defp run_module_with(config, module, parameters) do
    {tests, tags, setup_all?, info} = module.__ex_unit__()

    tests =
      for {name, test_tags, group} <- tests do
        {%Test{name: name, case: module, module: module, tags: Map.merge(test_tags, parameters), parameters: parameters}, group}
      end

    test_module = %TestModule{
      file: info.file,
      name: module,
      tags: tags,
      tests: Enum.map(tests, &elem(&1, 0)),
      setup_all?: setup_all?,
      parameters: parameters
    }

    notify(config, {:module_started, test_module})

    {to_run, others} =
      tests
      |> Enum.map(&filter(&1, config, tests))
      |> Enum.split_with(fn {test, _} -> test.state == nil end)

    for {test, _} <- others do
      notify(config, {:test_started, test})
      notify(config, {:test_finished, test})
    end

    {test_module, finished} =
      if to_run == [] do
        {test_module, []}
      else
        run_tests(config, test_module, shuffle(config, to_run))
      end

    all = Enum.map(others, &elem(&1, 0)) ++ finished
    notify(config, {:module_finished, %{test_module | tests: all}})
  end

  defp filter({test, group}, config, tests) do
    tags = Map.put(test.tags, :test, test.name)

    case ExUnit.Filters.eval(config.include, config.exclude, tags, tests) do
      :ok -> {%{test | state: nil}, group}
      {tag, reason} -> {%{test | state: {tag, reason}}, group}
    end
  end

  # The process of the module runs setup_all and stays until its tests are done.
  defp run_tests(config, %{name: module} = test_module, tests) do
    parent = self()
    timeout = Map.get(test_module.tags, :timeout, config.timeout)

    context =
      Map.merge(test_module.tags, Map.merge(test_module.parameters, %{module: module, case: module, async: async?(tests)}))

    {pid, ref} =
      spawn_monitor(fn ->
        OnExitHandler.register(self())

        result =
          try do
            {:ok, module.__ex_unit__(:setup_all, context)}
          catch
            kind, error -> {:failed, failures(kind, error, prune(__STACKTRACE__))}
          end

        send(parent, {self(), :setup_all, result})

        receive do
          {^parent, :done} -> exit(:shutdown)
        end
      end)

    {test_module, finished} =
      receive do
        {^pid, :setup_all, {:ok, context}} ->
          {test_module, Enum.map(tests, &run_test(config, &1, context))}

        {^pid, :setup_all, {:failed, failures}} ->
          invalid(config, test_module, tests, failures)

        {:DOWN, ^ref, _, _, reason} ->
          invalid(config, test_module, tests, [{{:EXIT, pid}, reason, []}])
      end

    send(pid, {parent, :done})

    receive do
      {:DOWN, ^ref, _, _, _} -> :ok
    end

    case OnExitHandler.registered?(pid) && OnExitHandler.run(pid, timeout) do
      {kind, error, stack} ->
        {%{test_module | state: {:failed, failures(kind, error, prune(stack))}}, finished}

      _ ->
        {test_module, finished}
    end
  end

  defp async?([{test, _} | _]), do: Map.get(test.tags, :async, false)

  defp invalid(config, test_module, tests, failures) do
    test_module = %{test_module | state: {:failed, failures}}

    finished =
      for {test, _} <- tests do
        test = %{test | state: {:invalid, test_module}}
        notify(config, {:test_started, test})
        notify(config, {:test_finished, test})
        test
      end

    {test_module, finished}
  end

  # --- tests -----------------------------------------------------------------------------------

  defp run_test(config, {test, group}, context) do
    if reached_max?(config) do
      test
    else
      notify(config, {:test_started, test})
      timeout = Map.get(test.tags, :timeout, config.timeout)
      {pid, ref} = spawn_test(config, test, group, context)
      test = await_test(test, pid, ref, timeout)

      test =
        case OnExitHandler.registered?(pid) && OnExitHandler.run(pid, timeout) do
          {kind, error, stack} ->
            state = test.state || {:failed, failures(kind, error, prune(stack))}
            %{test | state: state}

          _ ->
            test
        end

      notify(config, {:test_finished, test})
      test
    end
  end

  defp reached_max?(%{max_failures: :infinity}), do: false
  defp reached_max?(%{max_failures: max, stats: stats}), do: :counters.get(stats, 2) >= max

  defp spawn_test(config, test, group, context) do
    parent = self()

    spawn_monitor(fn ->
      OnExitHandler.register(self())
      seed(config)

      context =
        context
        |> Map.merge(test.tags)
        |> Map.merge(%{test_pid: self()})
        |> Map.delete(:case)
        |> tmp_dir(test)

      Process.put(@current_key, context)
      start = System.monotonic_time()
      {test, exit} = captured(config, test, fn -> exec(test, group, context) end)
      send(parent, {self(), :finished, %{test | time: microseconds(start)}})
      exit(exit)
    end)
  end

  defp seed(%{seed: 0, rand: rand}), do: :rand.seed(rand, {0, 0, 0})
  defp seed(%{seed: seed, rand: rand}), do: :rand.seed(rand, {seed, seed, seed})

  defp exec(test, group, context) do
    try do
      context = test.module.__ex_unit__({:setup, group}, context)
      apply(test.module, test.name, [context])
      {test, :shutdown}
    catch
      kind, error ->
        {%{test | state: {:failed, failures(kind, error, prune(__STACKTRACE__))}}, :shutdown}
    end
  end

  # What a test says to its devices or to the logger, where its tags ask to keep it.
  defp captured(config, test, fun) do
    log = Map.get(test.tags, :capture_log, config.capture_log)
    io = Map.get(test.tags, :capture_io, false)

    cond do
      log not in [nil, false] ->
        {result, text} = ExUnit.CaptureLog.with_log(if(is_list(log), do: log, else: []), fun)
        {test, exit} = result
        {%{test | logs: text}, exit}

      io not in [nil, false] ->
        {{test, exit}, text} = ExUnit.CaptureIO.with_io(fun)
        if test.state, do: IO.write(text)
        {test, exit}

      true ->
        fun.()
    end
  end

  defp tmp_dir(context, test) do
    case Map.get(context, :tmp_dir) do
      dir when dir in [nil, false] ->
        context

      given ->
        module = escape(inspect(test.module))
        name = escape(to_string(test.name))
        hash = :erlang.phash2({test.module, test.name}) |> Integer.to_string(16) |> String.downcase()
        parts = ["tmp", module, name <> "-" <> hash]
        parts = if is_binary(given), do: parts ++ [given], else: parts
        path = Path.expand(Path.join(parts))
        File.rm_rf!(path)
        File.mkdir_p!(path)
        Map.put(context, :tmp_dir, path)
    end
  end

  defp escape(text), do: String.replace(text, ~r/[~#%&*{}\\:<>?\/+|"\s]/, "-")

  defp await_test(test, pid, ref, timeout) do
    receive do
      {^pid, :finished, test} ->
        receive do
          {:DOWN, ^ref, _, _, _} -> test
        end

      {:DOWN, ^ref, _, _, reason} ->
        %{test | state: {:failed, [{{:EXIT, pid}, reason, []}]}}
    after
      timeout ->
        stack =
          case Process.info(pid, :current_stacktrace) do
            {:current_stacktrace, stack} -> stack
            nil -> []
          end

        Process.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, _, _, _} -> :ok
        end

        error = %ExUnit.TimeoutError{timeout: timeout, type: "#{test.tags.test_type}"}
        %{test | state: {:failed, [{:error, error, stack}]}, time: timeout * 1000}
    end
  end

  defp failures(:error, %ExUnit.MultiError{errors: errors}, _stack) do
    for {kind, reason, stack} <- errors, do: {kind, normalize(kind, reason, stack), prune(stack)}
  end

  defp failures(kind, reason, stack), do: [{kind, normalize(kind, reason, stack), stack}]

  defp normalize({:EXIT, _}, reason, _stack), do: reason
  defp normalize(kind, reason, stack), do: Exception.normalize(kind, reason, stack)

  # Frames of the assertions and of this runner say nothing about the test.
  defp prune([{ExUnit.Assertions, _, _, _} | rest]), do: prune(rest)
  defp prune([{ExUnit.Runner, _, _, _} | _]), do: []
  defp prune([frame | rest]), do: [frame | prune(rest)]
  defp prune([]), do: []

  defp shuffle(%{seed: 0}, list), do: list

  defp shuffle(%{seed: seed, rand: rand}, list) do
    _ = :rand.seed(rand, {seed, seed, seed})
    Enum.shuffle(list)
  end
end
