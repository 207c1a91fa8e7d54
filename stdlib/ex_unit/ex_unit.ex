defmodule ExUnit.Test do
  @moduledoc "One test and how it went."
  defstruct [:name, :case, :module, :state, time: 0, tags: %{}, logs: "", parameters: %{}]
end

defmodule ExUnit.TestModule do
  @moduledoc "A module of tests and how its `setup_all` went."
  defstruct [:file, :name, :state, tags: %{}, tests: [], setup_all?: false, parameters: %{}]
end

defmodule ExUnit.TestCase do
  @moduledoc false
  defstruct [:name, :state, tests: []]
end

defmodule ExUnit.TimeoutError do
  @moduledoc "A test took too long."
  defexception [:timeout, :type]

  @impl true
  def message(%{timeout: timeout, type: type}) do
    """
    #{type} timed out after #{timeout}ms. You can change the timeout:

      1. per test by setting "@tag timeout: x" (accepts :infinity)
      2. per test module by setting "@moduletag timeout: x" (accepts :infinity)
      3. globally via "ExUnit.start(timeout: x)" configuration
      4. by running "mix test --timeout x" which sets timeout
      5. or by running "mix test --trace" which sets timeout to infinity
         (useful when using IEx.pry/0)

    where "x" is the timeout given as integer in milliseconds (defaults to 60_000).
    """
  end
end

defmodule ExUnit.MultiError do
  @moduledoc "Several errors of one test."
  defexception errors: []

  @impl true
  def message(%{errors: errors}) do
    "got the following errors:\n\n" <>
      Enum.map_join(errors, "\n\n", fn {kind, error, stack} ->
        Exception.format_banner(kind, error, stack)
      end)
  end
end

defmodule ExUnit.DuplicateTestError do
  @moduledoc "Two tests of one module have the same name."
  defexception [:message]
end

defmodule ExUnit.DuplicateDescribeError do
  @moduledoc "Two describe blocks of one module have the same name."
  defexception [:message]
end

defmodule ExUnit.AssertionError do
  @moduledoc "An assertion did not hold."
  @no_value :ex_unit_no_meaningful_value

  defexception left: @no_value,
               right: @no_value,
               message: @no_value,
               expr: @no_value,
               args: @no_value,
               doctest: @no_value,
               context: :==

  def no_value, do: @no_value

  @impl true
  def message(exception) do
    "\n\n" <> ExUnit.Formatter.format_assertion_error(exception)
  end
end

defmodule ExUnit do
  @moduledoc "Tests: start, configure and run them."

  def start(options \\ []) do
    :application.ensure_all_started(:ex_unit)
    ExUnit.Server.start()
    configure(options)

    if Keyword.get(configuration(), :autorun, true) do
      Application.put_env(:ex_unit, :autorun, false)

      System.at_exit(fn
        0 ->
          load_us = ExUnit.Server.modules_loaded()
          options = ExUnit.Runner.configure(load_us: load_us)
          %{failures: failures} = ExUnit.Runner.run(options, load_us)

          if failures > 0 do
            status = Keyword.get(configuration(), :exit_status, 2)
            System.at_exit(fn _ -> exit({:shutdown, status}) end)
          end

        _ ->
          :ok
      end)
    end

    :ok
  end

  def configure(options) do
    Enum.each(options, fn {key, value} -> Application.put_env(:ex_unit, key, value) end)
  end

  @defaults [
    assert_receive_timeout: 100,
    autorun: true,
    capture_log: false,
    colors: [],
    exclude: [],
    exit_status: 2,
    formatters: [ExUnit.CLIFormatter],
    include: [],
    max_failures: :infinity,
    refute_receive_timeout: 100,
    slowest: 0,
    slowest_modules: 0,
    stacktrace_depth: 20,
    timeout: 60_000,
    trace: false,
    after_suite: [],
    rand_algorithm: :exsss,
    repeat_until_failure: 0
  ]

  def configuration do
    own = Application.get_all_env(:ex_unit)
    Keyword.merge(@defaults, own)
  end

  def plural_rule(word) when is_binary(word) do
    configuration() |> Keyword.get(:plural_rules, %{}) |> Map.get(word, "#{word}s")
  end

  def plural_rule(word, pluralization) when is_binary(word) and is_binary(pluralization) do
    rules = configuration() |> Keyword.get(:plural_rules, %{}) |> Map.put(word, pluralization)
    configure(plural_rules: rules)
  end

  def run(additional_modules \\ []) do
    ExUnit.Server.add_again(additional_modules)
    load_us = ExUnit.Server.modules_loaded()
    ExUnit.Runner.run(ExUnit.Runner.configure(load_us: load_us), nil)
  end

  def async_run do
    Task.async(fn -> run() end)
  end

  def await_run(task), do: Task.await(task, :infinity)

  def after_suite(function) when is_function(function) do
    current = Keyword.fetch!(configuration(), :after_suite)
    configure(after_suite: [function | current])
  end

  def fetch_test_supervisor do
    case ExUnit.OnExitHandler.get_supervisor(self()) do
      {:ok, nil} ->
        {:ok, sup} = ExUnit.OnExitHandler.start_supervisor(self())
        {:ok, sup}

      {:ok, sup} ->
        {:ok, sup}

      :error ->
        :error
    end
  end
end
