defmodule ExUnit do
  @moduledoc """
  Unit tests: starts, configures and runs them.

  A file of tests calls `ExUnit.start/1` (`cordial test` and a `test_helper.exs` do it for a whole folder) and defines
  modules that `use ExUnit.Case`. They run when all code is loaded, right before the program would end.

      ExUnit.start()

      defmodule SumTest do
        use ExUnit.Case, async: true

        test "adds" do
          assert 1 + 1 == 2
        end
      end

  What happens is told to formatters, processes that receive events; see `ExUnit.Formatter`. What each module is for:
  `ExUnit.Case` defines tests, `ExUnit.Assertions` claims things, `ExUnit.Callbacks` prepares and cleans up,
  `ExUnit.DocTest` runs the examples of a documentation.
  """

  @type failure :: {Exception.kind(), term, Exception.stacktrace()}
  @type state ::
          nil
          | {:excluded, binary}
          | {:failed, [failure]}
          | {:invalid, ExUnit.TestModule.t()}
          | {:skipped, binary}
  @type suite_result :: %{
          excluded: non_neg_integer,
          failures: non_neg_integer,
          skipped: non_neg_integer,
          total: non_neg_integer
        }

  @defaults [
    after_suite: [],
    assert_receive_timeout: 100,
    autorun: true,
    capture_log: false,
    colors: [],
    exclude: [],
    exit_status: 2,
    formatters: [ExUnit.CLIFormatter],
    include: [],
    max_failures: :infinity,
    rand_algorithm: :exsss,
    refute_receive_timeout: 100,
    repeat_until_failure: 0,
    slowest: 0,
    slowest_modules: 0,
    stacktrace_depth: 20,
    timeout: 60_000,
    trace: false
  ]

  @doc """
  Makes ready for tests, which run when the program is about to end.

  The options are those of `configure/1`. With `autorun: false` nothing runs until `run/1` is called.
  """
  def start(options \\ []) do
    ExUnit.Server.start()
    configure(options)

    if Keyword.fetch!(configuration(), :autorun) do
      configure(autorun: false)
      System.at_exit(&run_at_exit/1)
    end

    :ok
  end

  # Tests of a program that failed already would only hide why.
  defp run_at_exit(0) do
    load_us = ExUnit.Server.modules_loaded(false)

    if ExUnit.Runner.run(ExUnit.Runner.options([]), load_us).failures > 0 do
      status = Keyword.fetch!(configuration(), :exit_status)
      System.at_exit(fn _ -> exit({:shutdown, status}) end)
    end
  end

  defp run_at_exit(_status), do: :ok

  @doc """
  Changes the configuration.

  Options, all with a default: `:assert_receive_timeout` and `:refute_receive_timeout` (100 ms), `:autorun`,
  `:capture_log` (a boolean or options of `ExUnit.CaptureLog`), `:colors` (`:enabled`, and a colour for each of
  `:success`, `:invalid`, `:skipped`, `:failure`, `:error_info`, `:extra_info`, `:location_info`, `:diff_insert`,
  `:diff_insert_whitespace`, `:diff_delete`, `:diff_delete_whitespace`), `:include` and `:exclude` (filters),
  `:exit_status` of a suite with failures (2), `:formatters`, `:max_cases` that run at the same time, `:max_failures`,
  `:only_test_ids` (`{module, name}` pairs), `:rand_algorithm`, `:seed` (0 keeps the order of definition), `:slowest`,
  `:slowest_modules`, `:stacktrace_depth`, `:test_location_relative_path`, `:timeout` of a test (60 s), `:trace`.
  Any other option is kept for formatters.
  """
  def configure(options) do
    Enum.each(options, fn {key, value} -> Application.put_env(:ex_unit, key, value) end)
  end

  @doc "The configuration, with defaults where nothing was said."
  def configuration, do: Keyword.merge(@defaults, Application.get_all_env(:ex_unit))

  @doc "The plural of a word in summaries: the word and an `s`, unless `plural_rule/2` said otherwise."
  def plural_rule(word) when is_binary(word) do
    Map.get_lazy(plurals(), word, fn -> word <> "s" end)
  end

  @doc "Sets the plural of a word."
  def plural_rule(word, plural) when is_binary(word) and is_binary(plural) do
    configure(plural_rules: Map.put(plurals(), word, plural))
  end

  defp plurals, do: Keyword.get(configuration(), :plural_rules, %{})

  @doc """
  Runs the modules that were loaded since the last run, and those given once more.

  Returns how many tests there were, and how many of them failed, were excluded and were skipped.
  """
  @spec run([module]) :: suite_result
  def run(additional_modules \\ []) do
    Enum.each(additional_modules, fn module ->
      unless Code.ensure_loaded?(module) and function_exported?(module, :__ex_unit__, 1) do
        raise ArgumentError, "#{inspect(module)} is not a ExUnit.Case module"
      end

      ExUnit.Server.add_module(module, module.__ex_unit__(:config))
    end)

    ExUnit.Server.modules_loaded(additional_modules != [])
    ExUnit.Runner.run(ExUnit.Runner.options([]), nil)
  end

  @doc "Starts to run modules while others still load. The task goes to `await_run/1` when all are there."
  def async_run do
    Task.async(fn -> ExUnit.Runner.run(ExUnit.Runner.options([]), nil) end)
  end

  @doc "Says that no more modules come, and waits for the end of a run begun with `async_run/0`."
  @spec await_run(Task.t()) :: suite_result
  def await_run(task) do
    ExUnit.Server.modules_loaded(false)
    Task.await(task, :infinity)
  end

  @doc "Calls the function with the result of the suite when it has ended. The latest function is called first."
  def after_suite(function) when is_function(function, 1) do
    configure(after_suite: [function | Keyword.fetch!(configuration(), :after_suite)])
  end

  @doc "The supervisor of the test that calls, or `:error` outside of tests."
  @spec fetch_test_supervisor() :: {:ok, pid} | :error
  def fetch_test_supervisor, do: ExUnit.Cleanup.supervisor(self())
end
