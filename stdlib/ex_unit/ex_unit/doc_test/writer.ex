defmodule ExUnit.DocTest.Writer do
  @moduledoc false
  # Makes code of the tests that were read: the body of a function, in which the expressions stand one after the other.

  @doc "The body of a test; `module` and `file` are where it was found, `imported` is code that goes first."
  def body(test, {module, file, imported}) do
    # Steps without a result belong to the next one that has one: it is shown with them, and stands where they begin.
    {code, _} =
      Enum.map_reduce(test.steps, {nil, []}, fn step, {line, shown} ->
        line = line || step.line
        shown = shown ++ step.shown
        stack = [{module, :__MODULE__, 0, [file: String.to_charlist(file), line: line]}]
        code = step(step, file, Enum.join(shown, "\n"), Macro.escape(stack))
        {code, if(step.expected == "", do: {line, shown}, else: {nil, []})}
      end)

    quote do
      try do
        (unquote_splicing(imported ++ code))
        :ok
      catch
        kind, reason ->
          stack = ExUnit.DocTest.__located__(__STACKTRACE__, __MODULE__, unquote(file))
          :erlang.raise(kind, reason, stack)
      end
    end
  end

  defp step(step, file, shown, stack) do
    with {:ok, code} <- parse(step.code, file, step.line),
         {:ok, code} <- checked(step, code, file, shown, stack) do
      code
    else
      {:error, message} ->
        quote do
          reraise ExUnit.AssertionError, [message: unquote(message), doctest: unquote(shown)], unquote(stack)
        end
    end
  end

  # The expression, and what is said about its value.
  defp checked(%{expected: expected} = step, code, file, shown, stack) do
    cond do
      expected == "" -> {:ok, code}
      String.starts_with?(expected, "** (") -> {:ok, raising(code, expected, shown, stack)}
      expected =~ ~r/\A#[A-Z][\w.]*</ -> {:ok, inspected(step, code, shown, stack)}
      true -> value(step, code, file, shown, stack)
    end
  end

  defp parse(text, file, line) do
    code = Code.string_to_quoted!(text, file: file, line: line)
    # What a step does wrong shows when it runs.
    {:ok, Macro.prewalk(code, &Macro.update_meta(&1, fn meta -> Keyword.put(meta, :generated, true) end))}
  rescue
    error in [SyntaxError, TokenMissingError, MismatchedDelimiterError] ->
      {:error, "Doctest did not compile, got: (#{inspect(error.__struct__)}) #{Exception.message(error)}"}
  end

  defp value(%{expected: expected} = step, code, file, shown, stack) do
    with {:ok, wanted} <- parse(expected, file, step.line) do
      fields = [message: "Doctest failed", doctest: shown, expr: "#{Macro.to_string(code)} === #{expected}"]
      {:ok, quote(do: ExUnit.DocTest.__value__(unquote(code), unquote(wanted), unquote(fields), unquote(stack)))}
    end
  end

  defp inspected(%{expected: expected}, code, shown, stack) do
    fields = [message: "Doctest failed", doctest: shown, expr: "inspect(#{Macro.to_string(code)}) === #{inspect(expected)}"]
    quote(do: ExUnit.DocTest.__inspected__(unquote(code), unquote(expected), unquote(fields), unquote(stack)))
  end

  defp raising(code, "** (" <> error, shown, stack) do
    {name, message} =
      case String.split(error, ")", parts: 2) do
        [name, message] -> {name, String.trim_leading(message, " ")}
        [name] -> {name, ""}
      end

    module = Module.concat([name])
    fields = [doctest: shown]

    quote do
      try do
        unquote(code)
      rescue
        error ->
          ExUnit.DocTest.__raised__(error, unquote(module), unquote(message), unquote(fields), unquote(stack))
      else
        _ -> ExUnit.DocTest.__not_raised__(unquote(module), unquote(fields), unquote(stack))
      end
    end
  end
end
