defmodule ExUnit.DocTest do
  @moduledoc "Examples in documentation, as tests."

  defmodule Error do
    @moduledoc false
    defexception [:message]
  end

  defmacro doctest(mod, opts \\ []) do
    require =
      if is_atom(Macro.expand(mod, __CALLER__)) do
        quote do
          require unquote(mod)
        end
      end

    tests =
      quote bind_quoted: [mod: mod, opts: opts] do
        env = __ENV__

        for {name, test, tags} <- ExUnit.DocTest.__doctests__(mod, opts) do
          doc = ExUnit.Case.register_test(env.module, env.file, env.line, :doctest, name, tags)
          def unquote(doc)(_), do: unquote(test)
        end
      end

    [require, tests]
  end

  defmacro doctest_file(file, opts \\ []) do
    quote bind_quoted: [file: file, opts: opts] do
      env = __ENV__
      file = Path.relative_to_cwd(file)

      for {name, test, tags} <- ExUnit.DocTest.__file_doctests__(file, opts) do
        doc = ExUnit.Case.register_test(env.module, env.file, env.line, :doctest, name, tags)
        def unquote(doc)(_), do: unquote(test)
      end
    end
  end

  @doc false
  def __file__(module) do
    source = module.module_info(:compile)[:source] || ~c"nofile"
    List.to_string(source)
  end

  @doc false
  def __doctests__(module, opts) do
    tags = [doctest: module] ++ Keyword.get(opts, :tags, [])
    import? = Keyword.get(opts, :import, false)
    file = __file__(module)

    module
    |> extract_docs()
    |> filter(opts)
    |> Enum.flat_map(fn {fun, doc, line} -> for test <- extract_tests(doc, line), do: {fun, test} end)
    |> Enum.with_index(1)
    |> Enum.map(fn {{fun, test}, n} ->
      {"#{describe(module, fun)} (#{n})", content(test, module, import?, file),
       tags ++ [doctest_line: test.line]}
    end)
  end

  @doc false
  def __file_doctests__(file, opts) do
    tags = Keyword.get(opts, :tags, [])

    file
    |> File.read!()
    |> extract_tests(1)
    |> Enum.with_index(1)
    |> Enum.map(fn {test, n} ->
      {"#{file} (#{n})", content(test, nil, false, file), tags ++ [doctest_line: test.line]}
    end)
  end

  defp describe(module, :moduledoc), do: "module #{inspect(module)}"
  defp describe(module, {_kind, name, arity}), do: "#{inspect(module)}.#{name}/#{arity}"

  defp filter(docs, opts) do
    only = opts[:only]
    except = opts[:except] || []

    docs
    |> Enum.filter(fn {fun, _, _} -> only in [nil, []] or key(fun) in only end)
    |> Enum.reject(fn {fun, _, _} -> key(fun) in except end)
  end

  defp key(:moduledoc), do: :moduledoc
  defp key({_, name, arity}), do: {name, arity}

  defp extract_docs(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, annotation, _, _, moduledoc, _, docs} ->
        top =
          case moduledoc do
            %{"en" => doc} -> [{:moduledoc, doc, doc_line(annotation)}]
            _ -> []
          end

        rest =
          for {{kind, _, _} = id, anno, _, %{"en" => doc}, _} <- docs,
              kind in [:function, :macro],
              do: {id, doc, doc_line(anno)}

        top ++ Enum.sort_by(rest, &elem(&1, 2))

      {:error, reason} ->
        raise Error, message: "could not retrieve the documentation for module #{inspect(module)}. " <> reason_text(reason)
    end
  end

  # The text begins on the line after its attribute.
  defp doc_line(line) when is_integer(line), do: line + 1
  defp doc_line({line, _column}), do: line + 1
  defp doc_line(list) when is_list(list), do: doc_line(Keyword.get(list, :location, 0))

  defp reason_text(:module_not_found), do: "The module was not found"
  defp reason_text(:chunk_not_found), do: "The module was not compiled with docs"
  defp reason_text(other), do: inspect(other)

  # --- from text to tests ----------------------------------------------------------------------
  # A test is %{line, exprs: [{expr, expected, line}]}; an empty line and a new prompt begin the next one.

  defp extract_tests(doc, line) do
    doc
    |> String.split(["\r\n", "\n"])
    |> Enum.with_index(line)
    |> lines([], nil, false)
    |> Enum.reverse()
    |> Enum.map(fn test -> %{test | exprs: Enum.reverse(test.exprs)} end)
    |> Enum.reject(&(&1.exprs == []))
  end

  defp lines([], tests, nil, _fresh), do: tests
  defp lines([], tests, test, _fresh), do: [test | tests]

  defp lines([{text, line} | rest], tests, test, fresh) do
    trimmed = String.trim_leading(text)

    case prompt(trimmed) do
      {:iex, code} ->
        {code, expected, rest} = expression(rest, code)

        {tests, test} =
          cond do
            test == nil -> {tests, %{line: line, exprs: []}}
            fresh -> {[test | tests], %{line: line, exprs: []}}
            true -> {tests, test}
          end

        # An example that closes a paragraph is followed by a new test.
        test = %{test | exprs: [{code, expected, line} | test.exprs]}
        fresh = match?([{"", _} | _], rest) or blank?(rest)
        lines(rest, tests, test, fresh)

      :none ->
        lines(rest, tests, test, fresh or trimmed == "")
    end
  end

  defp blank?([{text, _} | _]), do: String.trim(text) == ""
  defp blank?([]), do: true

  defp prompt("iex>" <> code), do: {:iex, strip(code)}

  defp prompt("iex(" <> rest) do
    case Regex.run(~r/^\d+\)>(.*)$/, rest) do
      [_, code] -> {:iex, strip(code)}
      nil -> :none
    end
  end

  defp prompt(_), do: :none

  defp continuation("...>" <> code), do: {:ok, strip(code)}

  defp continuation("...(" <> rest) do
    case Regex.run(~r/^\d+\)>(.*)$/, rest) do
      [_, code] -> {:ok, strip(code)}
      nil -> :none
    end
  end

  defp continuation(_), do: :none

  defp strip(" " <> code), do: code
  defp strip(code), do: code

  defp expression([{text, _} | rest] = all, code) do
    case continuation(String.trim_leading(text)) do
      {:ok, more} ->
        expression(rest, code <> "\n" <> more)

      :none ->
        {expected, rest} = expected(all, [])
        {code, expected, rest}
    end
  end

  defp expression([], code), do: {code, "", []}

  defp expected([{text, _} | rest] = all, acc) do
    trimmed = String.trim_leading(text)

    cond do
      trimmed == "" or String.starts_with?(trimmed, "```") -> {join(acc), all}
      prompt(trimmed) != :none -> {join(acc), all}
      true -> expected(rest, [text | acc])
    end
  end

  defp expected([], acc), do: {join(acc), []}

  # The margin of the first line is taken off all of them.
  defp join([]), do: ""

  defp join(acc) do
    lines = Enum.reverse(acc)
    [first | _] = lines
    margin = byte_size(first) - byte_size(String.trim_leading(first))

    Enum.map_join(lines, "\n", fn line ->
      lead = byte_size(line) - byte_size(String.trim_leading(line))
      binary_part(line, min(margin, lead), byte_size(line) - min(margin, lead))
    end)
  end

  # --- from tests to code ----------------------------------------------------------------------

  defp content(%{exprs: exprs, line: line}, module, import?, file) do
    imports =
      if import? do
        [quote(do: import(unquote(module)))]
      else
        []
      end

    body = Enum.map(exprs, &expr_code(&1, file, module))
    _ = line
    {:__block__, [], imports ++ body ++ [:ok]}
  end

  defp expr_code({code, expected, line}, file, module) do
    shown = shown(code, expected)
    stack = Macro.escape([{module, :__MODULE__, 0, [file: String.to_charlist(Path.relative_to_cwd(file)), line: line]}])
    quoted = parse(code, file, line, shown)

    case expected do
      "" ->
        quoted

      "** (" <> error ->
        raise_code(quoted, error, shown, stack)

      "#" <> _ ->
        inspect_code(quoted, code, expected, shown, stack)

      _ ->
        value_code(quoted, parse(expected, file, line, shown), code, expected, shown, stack)
    end
  end

  defp shown(code, expected) do
    lines = String.split(code, "\n")
    [first | rest] = lines
    text = Enum.join(["iex> " <> first | Enum.map(rest, &("...> " <> &1))], "\n")
    if expected == "", do: text, else: text <> "\n" <> expected
  end

  defp parse(code, file, line, shown) do
    Code.string_to_quoted!(code, file: file, line: line)
  rescue
    e in [SyntaxError, TokenMissingError, MismatchedDelimiterError] ->
      message = "Doctest did not compile, got: (#{inspect(e.__struct__)}) #{Exception.message(e)}"
      quote do
        raise ExUnit.AssertionError, message: unquote(message), doctest: unquote("\n" <> shown)
      end
  end

  defp value_code(quoted, expected, code, text, shown, stack) do
    quote do
      expected = unquote(expected)

      case unquote(quoted) do
        ^expected ->
          :ok

        actual ->
          ExUnit.DocTest.__failed__(
            [
              doctest: unquote(indent(shown)),
              expr: unquote("#{String.trim(code)} === #{String.trim(text)}"),
              left: actual,
              right: expected,
              message: "Doctest failed"
            ],
            unquote(stack)
          )
      end
    end
  end

  defp inspect_code(quoted, code, expected, shown, stack) do
    quote do
      case inspect(unquote(quoted), safe: false) do
        unquote(expected) ->
          :ok

        actual ->
          ExUnit.DocTest.__failed__(
            [
              doctest: unquote(indent(shown)),
              expr: unquote("inspect(#{String.trim(code)}) === #{inspect(expected)}"),
              left: actual,
              right: unquote(expected),
              message: "Doctest failed"
            ],
            unquote(stack)
          )
      end
    end
  end

  @doc false
  def __failed__(fields, stack), do: reraise(ExUnit.AssertionError, fields, stack)

  defp raise_code(quoted, error, shown, stack) do
    {name, message} =
      case String.split(error, ")", parts: 2) do
        [name, rest] -> {name, String.trim_leading(rest, " ")}
        [name] -> {name, ""}
      end

    module = Module.concat([name])

    quote do
      ExUnit.DocTest.__raised__(
        fn -> unquote(quoted) end,
        unquote(module),
        unquote(message),
        unquote(indent(shown)),
        unquote(stack)
      )
    end
  end

  @doc false
  def __raised__(fun, module, message, shown, stack) do
    try do
      fun.()
    rescue
      error ->
        actual = Exception.message(error)

        failed =
          cond do
            error.__struct__ != module ->
              "Doctest failed: expected exception #{inspect(module)} but got #{inspect(error.__struct__)} with message #{inspect(actual)}"

            not same_message?(actual, message) ->
              "Doctest failed: wrong message for #{inspect(module)}\nexpected:\n  #{inspect(message)}\nactual:\n  #{inspect(actual)}"

            true ->
              nil
          end

        if failed, do: __failed__([message: failed, doctest: shown], stack)
    else
      _ ->
        __failed__(
          [
            message: "Doctest failed: expected exception #{inspect(module)} but nothing was raised",
            doctest: shown
          ],
          stack
        )
    end
  end

  defp same_message?(actual, actual), do: true

  # "..." in an expected message stands for anything.
  defp same_message?(actual, message) do
    if String.contains?(message, "...") do
      regex = message |> String.split("...") |> Enum.map_join(".*", &Regex.escape/1)
      Regex.match?(~r/\A#{regex}\z/s, actual)
    else
      false
    end
  end

  defp indent(text), do: "\n" <> Enum.map_join(String.split(text, "\n"), "\n", &("  " <> &1))
end
