defmodule ExUnit.Runner do
  @moduledoc false
  # Runs a suite: asynchronous modules as they come, at most `max_cases` at the same time, then the others one by one.
  # Formatters are processes that are told what happens; counters keep what the result is made of.

  alias ExUnit.{Cleanup, ModuleRun, Server}

  @total 1
  @failures 2
  @excluded 3
  @skipped 4
  @told 5

  @doc "The configuration as one run wants it."
  def options(extra) do
    options = ExUnit.configuration() |> Keyword.merge(extra) |> Keyword.put_new_lazy(:seed, &random_seed/0)
    {include, exclude} = ExUnit.Filters.normalize(options[:include], options[:exclude])
    traced? = options[:trace] or options[:slowest] > 0 or options[:slowest_modules] > 0

    options
    |> Keyword.merge(include: include, exclude: exclude, trace: traced?)
    |> Keyword.merge(if traced?, do: [max_cases: 1, timeout: :infinity], else: [])
    |> Keyword.put_new_lazy(:max_cases, fn -> System.schedulers_online() * 2 end)
  end

  defp random_seed, do: rem(System.os_time(:microsecond), 1_000_000)

  @doc "Runs what waits in the server. `load_us` is how long loading took, where that is over."
  def run(options, load_us), do: run(options, load_us, options[:repeat_until_failure])

  defp run(options, load_us, repeats) do
    Cleanup.start()
    suite = suite(options)
    tell(suite, {:suite_started, options})
    start = System.monotonic_time()
    {async, async_us} = run_async(suite)
    alone = shuffle(suite, Server.take_sync())
    Enum.each(alone, &run_batch(suite, &1))
    tell(suite, {:suite_finished, %{async: async_us, load: load_us, run: microseconds_since(start)}})
    Enum.each(suite.formatters, &GenServer.stop(&1, :normal, :infinity))
    result = result(suite)

    if repeats > 0 and result.failures == 0 do
      for batch <- async ++ alone, {module, _} <- batch, uniq: true do
        Server.add_module(module, module.__ex_unit__(:config))
      end

      Server.modules_loaded(true)
      run(options, nil, repeats - 1)
    else
      Enum.each(options[:after_suite], & &1.(result))
      result
    end
  end

  defp suite(options) do
    %{
      formatters: for(formatter <- options[:formatters], do: start_formatter(formatter, options)),
      counters: :counters.new(5, []),
      options: Map.new(options)
    }
  end

  defp start_formatter(formatter, options) do
    {:ok, pid} = GenServer.start(formatter, options)
    pid
  end

  defp result(%{counters: counters}) do
    for {key, at} <- [total: @total, failures: @failures, excluded: @excluded, skipped: @skipped], into: %{} do
      {key, :counters.get(counters, at)}
    end
  end

  # --- events ----------------------------------------------------------------------------------

  @doc "Tells all formatters, and counts."
  def tell(suite, event) do
    count(suite.counters, event)

    # Formatters of days gone by know modules under another name.
    events =
      case event do
        {:module_started, module} -> [{:case_started, as_case(module)}, event]
        {:module_finished, module} -> [{:case_finished, as_case(module)}, event]
        _ -> [event]
      end

    for formatter <- suite.formatters, event <- events, do: GenServer.cast(formatter, event)
    :ok
  end

  defp as_case(%{name: name, state: state, tests: tests}), do: %ExUnit.TestCase{name: name, state: state, tests: tests}

  defp count(counters, {:test_finished, %{state: state}}) do
    :counters.add(counters, @total, 1)

    case state do
      {kind, _} when kind in [:failed, :invalid] -> :counters.add(counters, @failures, 1)
      {:excluded, _} -> :counters.add(counters, @excluded, 1)
      {:skipped, _} -> :counters.add(counters, @skipped, 1)
      nil -> :ok
    end
  end

  defp count(_counters, _event), do: :ok

  @doc "Whether so many tests failed that no other is to run. Formatters are told once."
  def enough_failures?(%{options: %{max_failures: :infinity}}), do: false

  def enough_failures?(%{options: %{max_failures: max}, counters: counters} = suite) do
    reached? = :counters.get(counters, @failures) >= max

    if reached? and :counters.get(counters, @told) == 0 do
      :counters.add(counters, @told, 1)
      tell(suite, :max_failures_reached)
    end

    reached?
  end

  # --- modules ---------------------------------------------------------------------------------

  # The modules that ran, and the time from the first to the last; no time if there were none.
  defp run_async(suite) do
    case Server.next_async() do
      :none ->
        {[], nil}

      batch ->
        start = System.monotonic_time()
        done = pool(suite, batch, %{}, [])
        {done, microseconds_since(start)}
    end
  end

  defp pool(_suite, :none, running, done) when running == %{}, do: done
  defp pool(suite, :none, running, done), do: pool(suite, :none, await_one(running), done)

  defp pool(suite, batch, running, done) when map_size(running) >= suite.options.max_cases do
    pool(suite, batch, await_one(running), done)
  end

  defp pool(suite, batch, running, done) do
    {_pid, monitor} = spawn_monitor(fn -> run_batch(suite, batch) end)
    pool(suite, Server.next_async(), Map.put(running, monitor, true), [batch | done])
  end

  defp await_one(running) do
    receive do
      {:DOWN, monitor, :process, _pid, _reason} when is_map_key(running, monitor) -> Map.delete(running, monitor)
    end
  end

  defp run_batch(suite, batch) do
    for {module, parameters} <- batch, not enough_failures?(suite), do: ModuleRun.run(suite, module, parameters)
  end

  # --- chance ----------------------------------------------------------------------------------

  @doc "Mixes a list as the seed says; seed 0 leaves it."
  def shuffle(%{options: %{seed: 0}}, list), do: list

  def shuffle(%{options: %{seed: seed, rand_algorithm: algorithm}}, list) do
    _ = :rand.seed(algorithm, {seed, seed, seed})
    Enum.shuffle(list)
  end

  @doc "Seeds the random numbers of a test: the same in each run with this seed, other for each test."
  def seed_test(%{options: %{seed: seed, rand_algorithm: algorithm}}, test) do
    :rand.seed(algorithm, {:erlang.phash2(test.module), :erlang.phash2(test.name), seed})
  end

  @doc "The microseconds since a point of monotonic time."
  def microseconds_since(start), do: System.convert_time_unit(System.monotonic_time() - start, :native, :microsecond)
end
