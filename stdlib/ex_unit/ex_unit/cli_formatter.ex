defmodule ExUnit.CLIFormatter do
  @moduledoc "Tells on the standard output how a suite goes: a sign for each test, the reports of failures, a summary."
  use GenServer

  alias ExUnit.Formatter

  @colors [
    success: :green,
    invalid: :yellow,
    skipped: :yellow,
    failure: :red,
    error_info: :red,
    extra_info: :cyan,
    location_info: [:bright, :black],
    diff_delete: :red,
    diff_insert: :green,
    diff_delete_whitespace: IO.ANSI.color_background(2, 0, 0),
    diff_insert_whitespace: IO.ANSI.color_background(0, 2, 0)
  ]

  defstruct [:trace?, :colors, :width, :slowest, :slowest_modules] ++
              [tests: %{}, failed: 0, skipped: 0, excluded: 0, invalid: 0, timed: [], modules: %{}]

  @impl true
  def init(options) do
    colors = Keyword.merge(@colors, options[:colors] || [])

    {:ok,
     %__MODULE__{
       trace?: options[:trace],
       colors: Keyword.put_new_lazy(colors, :enabled, &IO.ANSI.enabled?/0),
       width: width(),
       slowest: options[:slowest] || 0,
       slowest_modules: options[:slowest_modules] || 0
     }}
  end

  defp width do
    case :io.columns() do
      {:ok, columns} -> max(40, columns)
      _ -> 80
    end
  end

  @impl true
  def handle_cast({:suite_started, options}, state) do
    IO.puts("Running ExUnit with seed: #{options[:seed]}, max_cases: #{options[:max_cases]}")

    for key <- [:exclude, :include], filters = options[key], filters != [] do
      IO.puts(Formatter.format_filters(filters, key))
    end

    IO.puts("")
    {:noreply, state}
  end

  def handle_cast({:suite_finished, times}, state) do
    tests = state.tests |> Map.values() |> Enum.sum()
    if tests > 0 and tests == state.excluded, do: IO.puts(style(state, :invalid, "All tests have been excluded."))
    IO.puts(["\n", Formatter.format_times(times)])
    if state.slowest > 0, do: slowest_tests(state, times.run)
    if state.slowest_modules > 0, do: slowest_modules(state, times.run)
    summary(state)
    {:noreply, state}
  end

  def handle_cast({:module_started, module}, state) do
    if state.trace? do
      IO.puts("\n#{inspect(module.name)} [#{Path.relative_to_cwd(module.file)}]")
      if module.parameters != %{}, do: IO.puts(Formatter.parameters_text(module.parameters))
    end

    {:noreply, state}
  end

  def handle_cast({:module_finished, module}, state) do
    with {:failed, failures} <- module.state do
      report(state, Formatter.format_test_all_failure(module, failures, state.failed, state.width, &style(state, &1, &2)))
    end

    {:noreply, %{state | modules: Map.update(state.modules, {module.name, module.file}, time_of(module), &(&1 + time_of(module)))}}
  end

  def handle_cast({:test_started, test}, state) do
    if state.trace?, do: IO.write("  * #{test.name} [L##{test.tags.line}]")
    {:noreply, state}
  end

  def handle_cast({:test_finished, test}, state) do
    state = %{state | tests: Map.update(state.tests, test.tags.test_type, 1, &(&1 + 1))}
    {:noreply, finished(test.state, test, state)}
  end

  def handle_cast(:max_failures_reached, state) do
    IO.write(style(state, :failure, "--max-failures reached, aborting test suite"))
    {:noreply, state}
  end

  def handle_cast(_event, state), do: {:noreply, state}

  # --- tests -----------------------------------------------------------------------------------

  defp finished(nil, test, state) do
    sign(state, :success, ".", test, milliseconds(test.time))
    %{state | timed: [test | state.timed]}
  end

  defp finished({:excluded, _why}, test, state) do
    if state.trace?, do: IO.puts(traced(test, "excluded"))
    %{state | excluded: state.excluded + 1}
  end

  defp finished({:skipped, _why}, test, state) do
    sign(state, :skipped, "*", test, "skipped")
    %{state | skipped: state.skipped + 1}
  end

  defp finished({:invalid, _module}, test, state) do
    sign(state, :invalid, "?", test, milliseconds(test.time))
    %{state | invalid: state.invalid + 1}
  end

  defp finished({:failed, failures}, test, state) do
    if state.trace?, do: IO.puts(style(state, :failure, traced(test, milliseconds(test.time))))
    number = state.failed + 1
    report(state, Formatter.format_test_failure(test, failures, number, state.width, &style(state, &1, &2)))

    if test.logs != "" do
      logs = String.replace(test.logs, "\n", "\n     ")
      IO.puts(["     The following output was logged:\n     ", logs])
    end

    %{state | failed: number, timed: [test | state.timed]}
  end

  defp sign(%{trace?: true} = state, key, _sign, test, note), do: IO.puts(style(state, key, traced(test, note)))
  defp sign(state, key, sign, _test, _note), do: IO.write(style(state, key, sign))

  # The line that was begun is written over.
  defp traced(test, note), do: "\r  * #{test.name} (#{note}) [L##{test.tags.line}]"

  defp report(state, text), do: IO.puts([if(state.trace?, do: "\n", else: "\n\n"), text])

  # --- summary ---------------------------------------------------------------------------------

  defp summary(state) do
    kinds = for {type, n} <- Enum.sort(state.tests), do: counted(n, Atom.to_string(type))
    rest = for {n, what} <- [{state.excluded, "excluded"}, {state.invalid, "invalid"}, {state.skipped, "skipped"}], n > 0, do: "#{n} #{what}"
    line = Enum.join(kinds ++ [counted(state.failed, "failure") | rest], ", ")

    key =
      cond do
        state.failed > 0 -> :failure
        state.invalid > 0 -> :invalid
        true -> :success
      end

    IO.puts(style(state, key, line))
  end

  defp counted(1, word), do: "1 " <> word
  defp counted(n, word), do: "#{n} #{ExUnit.plural_rule(word)}"

  defp slowest_tests(state, run_us) do
    tests = state.timed |> Enum.sort_by(& &1.time, :desc) |> Enum.take(state.slowest)
    head(length(tests), tests |> Enum.map(& &1.time) |> Enum.sum(), run_us)

    for test <- tests do
      place = "#{Path.relative_to_cwd(test.tags.file)}:#{test.tags.line}"
      IO.puts("  * #{test.name} (#{inspect(test.module)}) (#{milliseconds(test.time)}) [#{place}]")
    end

    IO.puts("")
  end

  defp slowest_modules(state, run_us) do
    modules = state.modules |> Enum.sort_by(&elem(&1, 1), :desc) |> Enum.take(state.slowest_modules)
    head(length(modules), modules |> Enum.map(&elem(&1, 1)) |> Enum.sum(), run_us)
    for {{name, file}, us} <- modules, do: IO.puts("#{inspect(name)} (#{milliseconds(us)})\n [#{Path.relative_to_cwd(file)}]")
    IO.puts("")
  end

  defp head(n, us, run_us) do
    share = Float.round(us * 100 / max(run_us, 1), 1)
    IO.puts("\nTop #{n} slowest (#{Formatter.hundredths(div(us, 10_000))}s), #{share}% of total time:\n")
  end

  defp time_of(module), do: module.tests |> Enum.map(& &1.time) |> Enum.sum()

  defp milliseconds(us), do: Formatter.hundredths(div(us, 10)) <> "ms"

  # --- colours ---------------------------------------------------------------------------------

  defp style(state, :diff_enabled?, _default), do: state.colors[:enabled]

  # Differences come as documents: escapes around them must have no width.
  defp style(%{colors: colors}, key, doc)
       when key in [:diff_delete, :diff_delete_whitespace, :diff_insert, :diff_insert_whitespace] do
    if colors[:enabled],
      do: ExUnit.Difference.painted(doc, escape(colors[key])),
      else: doc
  end

  defp style(%{colors: colors}, key, text) do
    case colors[:enabled] && colors[key] do
      none when none in [nil, false] -> text
      color -> IO.iodata_to_binary([escape(color), text, IO.ANSI.reset()])
    end
  end

  defp escape(color), do: color |> IO.ANSI.format_fragment(true) |> IO.iodata_to_binary()
end
