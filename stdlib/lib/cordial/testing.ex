defmodule Cordial.Testing do
  @moduledoc """
  `cordial test`: finds the files of tests, loads them and runs what they define.
  """

  @doc """
  Runs the tests: how the program is to end.

  Without paths all `test/**/*_test.exs` are run. A path is a file, a folder or `FILE:LINE`. Before them the modules of
  `lib/**/*.ex` and the file `test/test_helper.exs` are loaded where they exist.
  """
  def run(paths, options) do
    {paths, places} = ExUnit.Filters.parse_paths(paths)
    files = find(paths)
    Application.put_env(:ex_unit, :autorun, false)
    ExUnit.start(settings(options, places))
    {_, warned?} = counting_warnings(fn -> load_sources(Path.wildcard("lib/**/*.ex")) end)
    if File.regular?("test/test_helper.exs"), do: load("test/test_helper.exs")
    # What the helper leaves out, the command line may still ask for.
    ExUnit.configure(merge_filters(settings(options, places), ExUnit.configuration()))

    if files == [] do
      IO.puts("There are no tests to run")
      0
    else
      suite = ExUnit.async_run()
      {_, warned_later?} = counting_warnings(fn -> Enum.each(files, &load/1) end)
      result = ExUnit.await_run(suite)
      status(result, options, warned? or warned_later?)
    end
  end

  # --- files -----------------------------------------------------------------------------------

  defp find([]) do
    if File.dir?("test"),
      do: find(["test"]),
      else: stop("there is no folder test here: give the files or folders to run")
  end

  defp find(paths) do
    paths
    |> Enum.flat_map(fn path ->
      cond do
        File.dir?(path) -> path |> Path.join("**/*_test.exs") |> Path.wildcard()
        File.regular?(path) -> [path]
        (found = Path.wildcard(path)) != [] -> found
        true -> stop("cannot run #{path}: no such file or folder")
      end
    end)
    |> Enum.uniq()
  end

  defp load(file) do
    Code.require_file(file)
  catch
    kind, reason -> broken(file, kind, reason, __STACKTRACE__)
  end

  # Files are compiled in the order of their names; those that need modules of later files wait until these are there.
  defp load_sources([]), do: :ok

  defp load_sources(files) do
    attempts = for file <- files, do: {file, attempt(file)}

    case for({file, {:failed, _, _}} <- attempts, do: file) do
      [] ->
        :ok

      waiting when length(waiting) < length(files) ->
        load_sources(waiting)

      _all ->
        {file, {:failed, diagnostics, {kind, reason, stack}}} = hd(attempts)
        Enum.each(diagnostics, &Code.print_diagnostic/1)
        broken(file, kind, reason, stack)
    end
  end

  defp attempt(file) do
    {outcome, diagnostics} =
      Code.with_diagnostics(fn ->
        try do
          keep(Code.compile_file(file))
        catch
          kind, reason -> {kind, reason, __STACKTRACE__}
        end
      end)

    if outcome == :ok do
      Enum.each(diagnostics, &Code.print_diagnostic/1)
      if diagnostics != [], do: Process.put(:cordial_warned, true)
      :ok
    else
      {:failed, diagnostics, outcome}
    end
  end

  # Documentation is read from bytecode.
  defp keep(modules) do
    known = Application.get_env(:ex_unit, :compiled, %{})
    Application.put_env(:ex_unit, :compiled, Map.merge(known, Map.new(modules)))
  end

  @spec broken(String.t(), atom, term, list) :: no_return
  defp broken(file, kind, reason, stack) do
    {reason, stack} = if kind == :error, do: Exception.blame(:error, reason, stack), else: {reason, stack}
    frames = Enum.take_while(stack, &(elem(&1, 0) != __MODULE__ and elem(&1, 1) not in [:__FILE__, :__MODULES__]))

    IO.write(:stderr, [
      "\n== Compilation error in file #{Path.relative_to_cwd(file)} ==\n",
      Exception.format_banner(kind, reason, stack),
      "\n",
      if(frames == [], do: [], else: Exception.format_stacktrace(frames))
    ])

    exit({:shutdown, 1})
  end

  @spec stop(String.t()) :: no_return
  defp stop(message) do
    IO.puts(:stderr, "cordial: #{message}")
    exit({:shutdown, 1})
  end

  defp counting_warnings(fun) do
    {result, diagnostics} = Code.with_diagnostics([log: true], fun)
    {result, diagnostics != [] or Process.delete(:cordial_warned) == true}
  end

  # --- options ---------------------------------------------------------------------------------

  # Each option of the command line as ExUnit's configuration has it.
  defp settings(options, places) do
    own =
      Enum.flat_map(options, fn
        {:include, filters} -> [include: ExUnit.Filters.parse(filters)]
        {:exclude, filters} -> [exclude: ExUnit.Filters.parse(filters)]
        {:only, filters} -> [include: ExUnit.Filters.parse(filters), exclude: [:test]]
        {:formatter, names} -> [formatters: Enum.map(names, &formatter/1)]
        {:color, enabled?} -> [colors: [enabled: enabled?]]
        {:timeout, milliseconds} -> [timeout: milliseconds]
        {:warnings_as_errors, _} -> []
        other -> [other]
      end)

    Enum.reduce(places ++ own, [], fn
      {key, more}, settings when key in [:include, :exclude, :formatters] ->
        Keyword.update(settings, key, more, &(&1 ++ more))

      {key, value}, settings ->
        Keyword.put(settings, key, value)
    end)
  end

  defp formatter(name) do
    module = Module.concat([name])
    if Code.ensure_loaded?(module), do: module, else: stop("there is no formatter #{name}")
  end

  defp merge_filters(settings, known) do
    for {key, value} <- settings do
      if key in [:include, :exclude], do: {key, Enum.uniq(Keyword.fetch!(known, key) ++ value)}, else: {key, value}
    end
  end

  # --- the end ---------------------------------------------------------------------------------

  defp status(result, options, warned?) do
    cond do
      result.failures > 0 ->
        Keyword.fetch!(ExUnit.configuration(), :exit_status)

      options[:only] != nil and result.total == result.excluded ->
        IO.puts(:stderr, "The --only option was given to \"cordial test\" but no test was executed")
        1

      warned? and options[:warnings_as_errors] == true ->
        IO.puts(
          :stderr,
          "\nERROR! Test suite aborted after successful execution due to warnings while using the --warnings-as-errors option"
        )

        1

      true ->
        0
    end
  end
end
