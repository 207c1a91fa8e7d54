defmodule Kernel.ParallelCompiler do
  @moduledoc """
  Compiles many files, in whatever order they need each other.

  A file that fails for want of a module that another file defines is compiled again once that file is done. Files are
  compiled one after the other, so the modules are given in the order of the files.
  """

  @doc "Compiles the files: `{:ok, modules, warnings}` or `{:error, errors, warnings}`."
  def compile(files, options \\ []) when is_list(options), do: spawn_workers(files, nil, options)

  @doc "The same, and writes the bytecode of every module into the folder."
  def compile_to_path(files, path, options \\ []) when is_binary(path) and is_list(options) do
    File.mkdir_p!(path)
    spawn_workers(files, path, options)
  end

  @doc "Evaluates the files; warnings and errors are given as by `compile/2`."
  def require(files, options \\ []) when is_list(options), do: spawn_workers(files, nil, options)

  @doc "Runs the function in a task that may wait for modules."
  def async(fun) when is_function(fun, 0), do: Task.async(fun)

  @doc "Maps in parallel, in the order of the collection."
  def pmap(collection, fun) when is_function(fun, 1) do
    collection |> Enum.map(fn item -> Task.async(fn -> fun.(item) end) end) |> Task.await_many(:infinity)
  end

  defp spawn_workers(files, path, options) do
    files = Enum.map(files, &Path.expand/1)
    results = rounds(files, %{}, options)
    warnings = Enum.flat_map(files, fn file -> for(%{severity: :warning} = told <- told(results[file]), do: told) end)
    modules = for file <- files, {:ok, modules, _} <- [results[file]], pair <- modules, do: pair

    case for({:error, told} <- Enum.map(files, &results[&1]), %{severity: :error} = error <- told, do: error) do
      [] ->
        if path, do: Enum.each(modules, &write(&1, path))
        {:ok, Enum.map(modules, &elem(&1, 0)), warnings(warnings, options)}

      errors ->
        {:error, shown(errors, options), warnings(warnings, options)}
    end
  end

  defp write({module, bytecode}, path), do: File.write!(Path.join(path, "#{module}.cbc"), bytecode)

  defp told({:ok, _, told}), do: told
  defp told({:error, told}), do: told

  # As long as a round compiles something, what failed may fail no more.
  defp rounds(files, done, options) do
    {compiled, failed} = files |> Enum.map(&{&1, one(&1)}) |> Enum.split_with(&match?({_, {:ok, _, _}}, &1))
    done = Enum.into(compiled, done)
    Enum.each(compiled, &announce(&1, options))

    if compiled == [] or failed == [] do
      Enum.each(compiled ++ failed, fn {_, result} -> Enum.each(told(result), &Code.print_diagnostic/1) end)
      Enum.into(failed, done)
    else
      Enum.each(compiled, fn {_, result} -> Enum.each(told(result), &Code.print_diagnostic/1) end)
      rounds(Enum.map(failed, &elem(&1, 0)), done, options)
    end
  end

  defp announce({file, {:ok, modules, _}}, options) do
    if fun = options[:each_module], do: Enum.each(modules, fn {module, bytecode} -> fun.(file, module, bytecode) end)
    if fun = options[:each_file], do: if(is_function(fun, 2), do: fun.(file, Enum.map(modules, &elem(&1, 0))), else: fun.(file))
  end

  defp one(file) do
    {result, told} =
      Code.with_diagnostics(fn ->
        try do
          {:ok, Code.compile_file(file)}
        catch
          kind, reason -> {:error, message(kind, reason, __STACKTRACE__)}
        end
      end)

    told = Enum.map(told, &%{&1 | file: file, source: file})

    case result do
      {:ok, modules} -> {:ok, modules, told}
      {:error, message} -> {:error, told ++ [failure(file, message)]}
    end
  end

  defp message(kind, reason, stacktrace), do: Exception.format_banner(kind, reason, stacktrace) <> "\n\n"

  defp failure(file, message) do
    %{severity: :error, message: message, file: file, source: file, position: 0, span: nil, stacktrace: [], details: nil}
  end

  defp warnings(warnings, options) do
    if options[:return_diagnostics],
      do: %{compile_warnings: warnings, runtime_warnings: []},
      else: shown(warnings, options)
  end

  defp shown(diagnostics, options) do
    if options[:return_diagnostics],
      do: diagnostics,
      else: Enum.map(diagnostics, fn told -> {told.file, told.position, told.message} end)
  end
end
