defmodule ExUnit.CLIFormatter do
  @moduledoc false
  use GenServer

  import ExUnit.Formatter,
    only: [format_times: 1, format_filters: 2, format_test_failure: 5, format_test_all_failure: 5]

  @impl true
  def init(opts) do
    {:ok,
     %{
       seed: opts[:seed],
       trace: opts[:trace],
       colors: colors(opts),
       width: width(),
       test_counter: %{},
       failure_counter: 0,
       skipped_counter: 0,
       excluded_counter: 0,
       invalid_counter: 0,
       test_timings: [],
       slowest: opts[:slowest] || 0
     }}
  end

  defp colors(opts) do
    Keyword.put_new(opts[:colors] || [], :enabled, IO.ANSI.enabled?())
  end

  defp width do
    case :io.columns() do
      {:ok, width} -> max(40, width)
      _ -> 80
    end
  end

  @impl true
  def handle_cast({:suite_started, opts}, config) do
    IO.puts("Running ExUnit with seed: #{opts[:seed]}, max_cases: #{opts[:max_cases]}")
    print_filters(opts, :exclude)
    print_filters(opts, :include)
    IO.puts("")
    {:noreply, config}
  end

  def handle_cast({:suite_finished, times_us}, config) do
    IO.write("\n")
    IO.puts(format_times(times_us))
    if config.slowest > 0, do: print_slowest(config)
    print_summary(config)
    {:noreply, config}
  end

  def handle_cast({:test_started, %ExUnit.Test{} = test}, config) do
    if config.trace, do: IO.write(trace_test_started(test))
    {:noreply, config}
  end

  def handle_cast({:test_finished, %ExUnit.Test{state: nil} = test}, config) do
    if config.trace do
      IO.puts(success(trace_test_result(test), config))
    else
      IO.write(success(".", config))
    end

    config = %{config | test_counter: count(config, test), test_timings: [test | config.test_timings]}
    {:noreply, config}
  end

  def handle_cast({:test_finished, %ExUnit.Test{state: {:excluded, reason}} = test}, config) when is_binary(reason) do
    if config.trace, do: IO.puts(trace_aborted(test, "excluded"))
    config = %{config | test_counter: count(config, test), excluded_counter: config.excluded_counter + 1}
    {:noreply, config}
  end

  def handle_cast({:test_finished, %ExUnit.Test{state: {:skipped, reason}} = test}, config) when is_binary(reason) do
    if config.trace do
      IO.puts(skipped(trace_aborted(test, "skipped"), config))
    else
      IO.write(skipped("*", config))
    end

    config = %{config | test_counter: count(config, test), skipped_counter: config.skipped_counter + 1}
    {:noreply, config}
  end

  def handle_cast({:test_finished, %ExUnit.Test{state: {:invalid, _}} = test}, config) do
    if config.trace do
      IO.puts(invalid(trace_test_result(test), config))
    else
      IO.write(invalid("?", config))
    end

    config = %{config | test_counter: count(config, test), invalid_counter: config.invalid_counter + 1}
    {:noreply, config}
  end

  def handle_cast({:test_finished, %ExUnit.Test{state: {:failed, failures}} = test}, config) do
    if config.trace, do: IO.puts(failure(trace_test_result(test), config))

    formatted =
      format_test_failure(test, failures, config.failure_counter + 1, config.width, &formatter(&1, &2, config))

    print_failure(formatted, config)
    print_logs(test.logs)

    config = %{
      config
      | test_counter: count(config, test),
        failure_counter: config.failure_counter + 1,
        test_timings: [test | config.test_timings]
    }

    {:noreply, config}
  end

  def handle_cast({:module_started, %ExUnit.TestModule{name: name, file: file}}, config) do
    if config.trace, do: IO.puts("\n#{inspect(name)} [#{Path.relative_to_cwd(file)}]")
    {:noreply, config}
  end

  def handle_cast({:module_finished, %ExUnit.TestModule{state: {:failed, failures}} = module}, config) do
    formatted =
      format_test_all_failure(module, failures, config.failure_counter, config.width, &formatter(&1, &2, config))

    print_failure(formatted, config)
    {:noreply, config}
  end

  def handle_cast(_, config), do: {:noreply, config}

  defp count(%{test_counter: counter}, %{tags: %{test_type: type}}) do
    Map.update(counter, type, 1, &(&1 + 1))
  end

  defp trace_test_started(test), do: "  * #{test.name} [#{trace_line(test)}]"

  defp trace_test_result(test) do
    "\r  * #{test.name} (#{trace_time(test)}) [#{trace_line(test)}]"
  end

  defp trace_aborted(test, reason), do: "\r  * #{test.name} (#{reason}) [#{trace_line(test)}]"

  defp trace_time(%{time: time}), do: "#{:erlang.float_to_binary(time / 1000, decimals: 2)}ms" |> two_digits()
  defp two_digits(text), do: text
  defp trace_line(%{tags: tags}), do: "L##{tags.line}"

  defp print_slowest(config) do
    slowest = config.test_timings |> Enum.sort_by(&(-&1.time)) |> Enum.take(config.slowest)
    total = slowest |> Enum.sum_by(& &1.time)
    IO.puts("\nTop #{length(slowest)} slowest (#{trace_time(%{time: total})}):\n")
    Enum.each(slowest, &IO.puts("#{trace_test_started(&1)} (#{trace_time(&1)})"))
  end

  defp print_filters(opts, key) do
    case opts[key] do
      [] -> :ok
      filters -> IO.puts(format_filters(filters, key))
    end
  end

  defp print_failure(formatted, config) do
    if config.trace, do: IO.puts(""), else: IO.puts("\n")
    IO.puts(formatted)
  end

  defp print_logs(""), do: nil

  defp print_logs(output) do
    indent = "\n     "
    output = String.replace(output, "\n", indent)
    IO.puts(["     The following output was logged:", indent | output])
  end

  defp print_summary(config) do
    counts =
      config.test_counter
      |> Enum.sort()
      |> Enum.map_join(", ", fn {type, count} -> "#{count} #{pluralize(count, to_string(type))}" end)

    counts = if counts == "", do: "0 tests", else: counts

    message =
      "#{counts}, #{config.failure_counter} #{pluralize(config.failure_counter, "failure")}"
      |> more(config.excluded_counter, "excluded")
      |> more(config.invalid_counter, "invalid")
      |> more(config.skipped_counter, "skipped")

    cond do
      config.failure_counter > 0 or config.invalid_counter > 0 -> IO.puts(failure(message, config))
      true -> IO.puts(success(message, config))
    end
  end

  defp more(message, 0, _), do: message
  defp more(message, n, word), do: message <> ", #{n} #{word}"

  defp pluralize(1, word), do: word
  defp pluralize(_, word), do: ExUnit.plural_rule(word)

  defp colorize(text, color, %{colors: colors}) do
    if colors[:enabled] do
      IO.ANSI.format_fragment([color, text, :reset], true) |> IO.iodata_to_binary()
    else
      text
    end
  end

  defp success(msg, config), do: colorize(msg, :green, config)
  defp invalid(msg, config), do: colorize(msg, :yellow, config)
  defp skipped(msg, config), do: colorize(msg, :yellow, config)
  defp failure(msg, config), do: colorize(msg, :red, config)

  defp formatter(:diff_enabled?, _, %{colors: colors}), do: colors[:enabled]
  defp formatter(:error_info, msg, config), do: colorize(msg, :red, config)
  defp formatter(:extra_info, msg, config), do: colorize(msg, :cyan, config)
  defp formatter(:location_info, msg, config), do: colorize(msg, [:bright, :black], config)
  defp formatter(_, msg, _config), do: msg
end
