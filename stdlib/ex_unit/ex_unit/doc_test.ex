defmodule ExUnit.DocTest do
  @moduledoc """
  Runs the examples of a documentation.

  An example looks like a session in `iex`: an expression after `iex>`, perhaps over several lines that begin with
  `...>`, and its value on the lines below. An empty line ends a test; the examples of one test share their variables.

      iex> total = 1 + 1
      iex> total * 2
      4

  A value that is inspected as `#Name<…>` is compared as text. What is raised is written as `** (Module) message`. Prompts
  may have numbers, as in `iex(1)>`.

      defmodule ListsTest do
        use ExUnit.Case, async: true
        doctest Lists, import: true
      end
  """

  alias ExUnit.AssertionError
  alias ExUnit.DocTest.{Reader, Writer}

  defmodule Error do
    @moduledoc false
    defexception [:message]
  end

  @doc """
  Makes tests of the examples in a module's documentation.

  Options: `:only` and `:except`, lists of `{function, arity}` and `:moduledoc`; `import: true` lets examples call the
  module's functions without its name; `:tags` for all of the tests.
  """
  defmacro doctest(module, opts \\ []) do
    quote do
      require unquote(module)
      unquote(define(quote(do: ExUnit.DocTest.__tests__(unquote(module), unquote(opts)))))
    end
  end

  @doc "Makes tests of the examples in a text file. The option `:tags` is for all of them."
  defmacro doctest_file(file, opts \\ []) do
    define(quote(do: ExUnit.DocTest.__file_tests__(__MODULE__, unquote(file), unquote(opts))))
  end

  defp define(tests) do
    quote bind_quoted: [tests: tests, line: quote(do: __ENV__.line)] do
      for {name, tags, body} <- tests do
        name = ExUnit.Case.register_test(__MODULE__, __ENV__.file, line, :doctest, name, tags)
        def unquote(name)(_), do: unquote(body)
      end
    end
  end

  # --- collecting ------------------------------------------------------------------------------

  @doc false
  def __tests__(module, opts) do
    file = Path.relative_to_cwd(to_string(module.module_info(:compile)[:source]))
    imported = if opts[:import], do: [quote(do: import(unquote(module)))], else: []

    tests =
      for {id, line, text} <- documentation(module), wanted?(id, opts), test <- Reader.read(text, line, file) do
        {title(module, id), test}
      end

    numbered(tests, [doctest: module] ++ Keyword.get(opts, :tags, []), {module, file, imported})
  end

  @doc false
  def __file_tests__(module, file, opts) do
    file = Path.relative_to_cwd(file)
    tests = for test <- file |> File.read!() |> Reader.read(1, file), do: {file, test}
    numbered(tests, [doctest: file] ++ Keyword.get(opts, :tags, []), {module, file, []})
  end

  defp numbered(tests, tags, where) do
    for {{title, test}, n} <- Enum.with_index(tests, 1) do
      {"#{title} (#{n})", [doctest_line: test.line] ++ tags, Writer.body(test, where)}
    end
  end

  defp title(module, :moduledoc), do: "module " <> inspect(module)
  defp title(module, {name, arity}), do: Exception.format_mfa(module, name, arity)

  defp wanted?(id, opts) do
    case opts[:only] do
      none when none in [nil, []] -> true
      only -> id in only
    end and id not in Keyword.get(opts, :except, [])
  end

  # Where texts begin, in the order of their lines: a heredoc does on the line after its attribute.
  defp documentation(module) do
    case fetch_docs(module) do
      {:docs_v1, place, _, _, moduledoc, _, entries} ->
        functions =
          for {{kind, name, arity}, place, _, %{"en" => text}, _} when kind in [:function, :macro] <- entries do
            {{name, arity}, line(place) + 1, text}
          end

        about = for %{"en" => text} <- [moduledoc], do: {:moduledoc, line(place) + 1, text}
        about ++ Enum.sort_by(functions, &elem(&1, 1))

      {:error, _reason} ->
        raise Error,
          message:
            "could not retrieve the documentation for module #{inspect(module)}. " <>
              "The module was not compiled with documentation or its BEAM file cannot be accessed"
    end
  end

  # A module of `cordial test` was compiled into memory: its bytecode was kept.
  defp fetch_docs(module) do
    with {:error, _} = error <- Code.fetch_docs(module) do
      case :ex_unit |> Application.get_env(:compiled, %{}) |> Map.fetch(module) do
        {:ok, bytecode} ->
          case :cordial_code.chunk(bytecode, "Docs") do
            nil -> error
            chunk -> :erlang.binary_to_term(chunk)
          end

        :error ->
          error
      end
    end
  end

  defp line(place) when is_integer(place), do: place
  defp line({line, _column}), do: line
  defp line(place) when is_list(place), do: place |> Keyword.get(:location, 0) |> line()

  # --- while a test runs -----------------------------------------------------------------------

  @doc false
  def __value__(value, expected, _fields, _stack) when value === expected, do: :ok
  def __value__(value, expected, fields, stack), do: fail([left: value, right: expected] ++ fields, stack)

  @doc false
  def __inspected__(value, expected, fields, stack), do: value |> inspect(safe: false) |> __value__(expected, fields, stack)

  @doc false
  def __not_raised__(module, fields, stack) do
    fail("Doctest failed: expected exception #{inspect(module)} but nothing was raised", fields, stack)
  end

  @doc false
  def __raised__(%name{} = error, module, message, fields, stack) do
    actual = Exception.message(error)

    cond do
      name != module ->
        fail(
          "Doctest failed: expected exception #{inspect(module)} but got #{inspect(name)} with message #{inspect(actual)}",
          fields,
          stack
        )

      actual == message ->
        :ok

      true ->
        fail(
          "Doctest failed: wrong message for #{inspect(module)}\n" <>
            "expected:\n  #{inspect(message)}\nactual:\n  #{inspect(actual)}",
          fields,
          stack
        )
    end
  end

  defp fail(message, fields, stack), do: fail(Keyword.put(fields, :message, message), stack)
  defp fail(fields, stack), do: reraise(AssertionError, fields, stack)

  @doc false
  # Calls of the test stand in the documentation, not in the file of the test.
  def __located__(stack, module, file) do
    for {mod, name, arity, info} <- stack do
      if mod == module and arity == 1 and match?("doctest " <> _, Atom.to_string(name)),
        do: {mod, name, arity, Keyword.put(info, :file, ~c"(for doctest at) " ++ String.to_charlist(file))},
        else: {mod, name, arity, info}
    end
  end
end
