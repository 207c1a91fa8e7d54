defmodule ExUnit.DocTest.Writer do
  @moduledoc false
  # Makes code of the tests that were read: the body of a function, in which the expressions stand one after the other.

  @doc "The body of a test; `module` and `file` are where it was found, `imported` is code that goes first."
  def body(test, {module, file, imported}) do
    {code, _shown} =
      Enum.map_reduce(test.steps, [], fn step, shown ->
        shown = shown ++ step.shown
        stack = [{module, :__MODULE__, 0, [file: String.to_charlist(file), line: step.line]}]
        code = step(step, file, Enum.join(shown, "\n"), Macro.escape(stack))
        # What is shown of a failure begins after the last result.
        {code, if(step.expected == "", do: shown, else: [])}
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

  defp step(%{expected: expected} = step, file, shown, stack) do
    with {:ok, code} <- parse(step.code, file, step.line) do
      case expected do
        "" -> {:ok, code}
        "** (" <> rest -> {:ok, raising(code, rest, shown, stack)}
        "#" <> _ -> if expected =~ ~r/\A#[A-Z][\w.]*</, do: {:ok, inspected(step, code, shown, stack)}, else: value(step, code, file, shown, stack)
        _ -> value(step, code, file, shown, stack)
      end
    end
    |> case do
      {:ok, code} ->
        code

      {:error, message} ->
        quote do
          reraise ExUnit.AssertionError, [message: unquote(message), doctest: unquote(shown)], unquote(stack)
        end
    end
  end

  defp parse(text, file, line) do
    {:ok, Code.string_to_quoted!(text, file: file, line: line)}
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

  defp raising(code, error, shown, stack) do
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
