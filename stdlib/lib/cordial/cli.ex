defmodule Cordial.CLI do
  @moduledoc """
  Runs what the command line asks for: the `.ex` half of `cordial run` and `cordial compile`.
  """

  @hooks {__MODULE__, :at_exit}

  @doc """
  Carries out the actions in their order, then ends the program with its exit code.

  An action is `{:eval, code}`, `{:require, pattern}`, `{:parallel, pattern}`, `{:file, path}`, `{:folder, path}` or
  `{:load, path}`.
  Options: `prepend: folders` and `append: folders` of compiled modules; `:no_halt` keeps the program alive; `:watch`
  swaps modules of saved files (see `Cordial.Watch`).
  """
  def run(actions, argv, options) do
    start(options)
    System.argv(argv)
    watch? = :lists.member(:watch, options)
    if watch?, do: Cordial.Watch.start(for({:file, path} <- actions, do: path), for({:folder, path} <- actions, do: path))
    status = attempt(actions, watch?)

    if status == 0 and :lists.member(:no_halt, options) do
      :erlang.hibernate(__MODULE__, :rest, [])
    else
      stop(status)
    end
  end

  @doc false
  def rest do
    receive do
      _ -> :erlang.hibernate(__MODULE__, :rest, [])
    end
  end

  # What failed under a watch is tried again, from the start, when a file has changed.
  defp attempt(actions, watch?) do
    status = supervise(fn -> each(actions) end)

    if status != 0 and watch? do
      IO.puts(:stderr, "cordial: the program failed; it is run again when a file is saved")
      Cordial.Watch.await_change()
      Code.unrequire_files(Code.required_files())
      :cordial_code.set_option(:ignore_module_conflict, true)
      attempt(actions, watch?)
    else
      status
    end
  end

  @doc "Compiles the files and writes one bytecode file for each module into the folder."
  def compile(files, folder, warnings_as_errors, options) do
    start(options)

    status =
      supervise(fn ->
        if warnings_as_errors, do: :cordial_code.set_option(:warnings_as_errors, true)
        modules = :lists.flatmap(&Code.compile_file/1, found(files))

        if warnings_as_errors and :cordial_code.warned() do
          IO.puts(:stderr, "Compilation failed due to warnings while using the --warnings-as-errors option")
          exit({:shutdown, 1})
        end

        write_modules(modules, folder)
      end)

    stop(status)
  end

  @doc "Prints a stage of the compiler for each file."
  def emit(stage, files, options) do
    start(options)

    status =
      supervise(fn ->
        :lists.foreach(fn file -> IO.write(:cordial_code.emit(stage, file, File.read!(file))) end, files)
      end)

    stop(status)
  end

  @doc "Runs the tests of the paths; see `Cordial.Testing`."
  def test(paths, settings, options) do
    start(options)
    stop(supervise(fn -> :erlang.exit({:shutdown, Cordial.Testing.run(paths, settings)}) end))
  end

  defp start(options) do
    :cordial_boot.start()
    :lists.member(:signals, options) && :cordial_os.catch_signals()
    {_, prepended} = :lists.keyfind(:prepend, 1, options)
    {_, appended} = :lists.keyfind(:append, 1, options)
    :lists.foreach(&Code.prepend_path/1, :lists.reverse(prepended))
    :lists.foreach(&Code.append_path/1, appended)
  end

  @doc "Remembers a function of one argument, the exit code, that is called before the program ends."
  def at_exit(fun) when is_function(fun, 1) do
    :persistent_term.put(@hooks, [fun | :persistent_term.get(@hooks, [])])
    :ok
  end

  @doc "Calls what `at_exit/1` remembers, the latest first, and ends the program."
  def stop(status) do
    :erlang.halt(run_hooks(status))
  end

  # A hook that exits with `{:shutdown, status}` decides how the program ends.
  defp run_hooks(status) do
    case :persistent_term.get(@hooks, []) do
      [] ->
        status

      [hook | rest] ->
        :persistent_term.put(@hooks, rest)

        status =
          try do
            hook.(status)
            status
          catch
            :exit, {:shutdown, new} when is_integer(new) and new >= 0 ->
              new

            kind, reason ->
              report(kind, reason, __STACKTRACE__)
              status
          end

        run_hooks(status)
    end
  end

  # The program runs in a process of its own, so that an exit signal that ends it can still be told.
  defp supervise(fun) do
    {pid, ref} =
      :erlang.spawn_monitor(fn ->
        # Processes that are linked to one that ends normally go on.
        case guard(fun) do
          0 -> :ok
          status -> :erlang.exit({:shutdown, {__MODULE__, status}})
        end
      end)

    receive do
      {:DOWN, ^ref, :process, ^pid, :normal} ->
        0

      {:DOWN, ^ref, :process, ^pid, {:shutdown, {__MODULE__, status}}} ->
        status

      {:DOWN, ^ref, :process, ^pid, reason} ->
        IO.puts(:stderr, "** (EXIT from #{inspect(pid)}) #{Exception.format_exit(reason)}\n")
        1
    end
  end

  defp guard(fun) do
    fun.()
    0
  catch
    :exit, {:shutdown, status} when is_integer(status) and status >= 0 ->
      status

    :exit, reason when reason == :normal or reason == :shutdown ->
      0

    kind, reason ->
      report(kind, reason, __STACKTRACE__)
      1
  end

  @doc false
  def report(kind, reason, stack) do
    {reason, stack} =
      if kind == :error, do: Exception.blame(:error, reason, stack), else: {reason, stack}

    banner = kind |> Exception.format_banner(reason, stack) |> set_off(reason)

    case prune(reason, stack) do
      [] -> IO.write(:stderr, [banner, ?\n, ?\n])
      stack -> IO.write(:stderr, [banner, ?\n, Exception.format_stacktrace(stack)])
    end
  end

  # The arguments that no clause takes stand as far to the right as the stack trace below them.
  defp set_off(banner, %FunctionClauseError{}), do: String.replace(banner, ~r/\n(?=[^\n])/, "\n    ")
  defp set_off(banner, _reason), do: banner

  # Errors that were told already say where they are.
  defp prune(%CompileError{line: 0}, _stack), do: []
  defp prune(_reason, stack), do: prune(stack)

  # What lies below the script, or below a module's body, is the command line's own.
  defp prune([]), do: []
  defp prune([{_, :__FILE__, 1, _} = frame | _]), do: [frame]
  # Modules that make up all of a file are not called by it.
  defp prune([{_, :__MODULES__, 1, _} | _]), do: []

  defp prune([{module, _, _, _} | rest]) when module in [__MODULE__, :elixir_compiler, :elixir_module, :elixir_def, :elixir_eval, :cordial_code],
    do: prune(rest)

  defp prune([frame | rest]), do: [frame | prune(rest)]

  defp each([]), do: :ok

  defp each([action | rest]) do
    perform(action)
    each(rest)
  end

  defp perform({:eval, code}), do: Code.eval_string(code, [], file: "nofile", line: 1)
  defp perform({:require, pattern}), do: :lists.foreach(&Code.require_file/1, found([pattern]))
  defp perform({:parallel, pattern}), do: :lists.foreach(&Code.require_file/1, found([pattern]))
  defp perform({:file, path}), do: Code.require_file(path)
  defp perform({:folder, path}), do: Cordial.Watch.load_folder(path)
  defp perform({:load, path}), do: load(path)

  defp found([]), do: []

  defp found([pattern | rest]) do
    case Path.wildcard(pattern) do
      [] -> missing(pattern)
      paths -> paths ++ found(rest)
    end
  end

  defp missing(pattern) do
    IO.puts(:stderr, "cordial: no file matches #{pattern}")
    :erlang.exit({:shutdown, 1})
  end

  # A bytecode file runs its module's `main/1` with the arguments, or `run/0`, or `main/0`, whichever it has.
  defp load(path) do
    case :code.load_abs(:erlang.binary_to_list(Path.rootname(path))) do
      {:module, module} ->
        cond do
          :erlang.function_exported(module, :main, 1) -> module.main(System.argv())
          :erlang.function_exported(module, :main, 0) -> module.main()
          :erlang.function_exported(module, :run, 0) -> module.run()
          true -> :ok
        end

      {:error, reason} ->
        IO.puts(:stderr, "cordial: cannot load #{path}: #{describe(reason)}")
        :erlang.exit({:shutdown, 1})
    end
  end

  defp write_modules(modules, folder) do
    :lists.foreach(
      fn {module, bytecode} ->
        File.write!(Path.join(folder, "#{module}.cbc"), bytecode)
      end,
      modules
    )
  end

  defp describe(reason) when is_binary(reason), do: reason
  defp describe(reason), do: inspect(reason)
end
