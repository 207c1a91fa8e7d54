defmodule EEx.SyntaxError do
  @moduledoc "A template is not well formed."
  defexception [:message, :file, :line, :column, :snippet]

  @impl true
  def message(error) do
    "#{error.file}:#{error.line}:#{error.column}: #{error.message}#{error.snippet}"
  end
end

defmodule EEx do
  @moduledoc "Templates with Elixir inside."

  defmacro function_from_string(kind, name, template, args \\ [], options \\ []) do
    quote bind_quoted: [kind: kind, name: name, template: template, args: args, options: options] do
      info = Keyword.merge([file: __ENV__.file, line: __ENV__.line], options)
      args = Enum.map(args, fn arg -> {arg, [line: info[:line]], nil} end)
      compiled = EEx.compile_string(template, info)

      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  defmacro function_from_file(kind, name, file, args \\ [], options \\ []) do
    quote bind_quoted: [kind: kind, name: name, file: file, args: args, options: options] do
      info = Keyword.merge([file: IO.chardata_to_string(file), line: 1], options)
      args = Enum.map(args, fn arg -> {arg, [line: 1], nil} end)
      compiled = EEx.compile_file(file, info)
      @external_resource file
      @file file

      case kind do
        :def -> def unquote(name)(unquote_splicing(args)), do: unquote(compiled)
        :defp -> defp unquote(name)(unquote_splicing(args)), do: unquote(compiled)
      end
    end
  end

  def compile_string(source, options \\ []) when is_binary(source) and is_list(options) do
    case EEx.Tokenizer.tokenize(source, options) do
      {:ok, tokens} -> EEx.Compiler.compile(tokens, source, options)
      {:error, message, %{line: line, column: column} = meta} ->
        message = message <> EEx.Compiler.snippet(source, meta)
        raise EEx.SyntaxError, message: message, file: options[:file] || "nofile", line: line, column: column
    end
  end

  def compile_file(filename, options \\ []) when is_list(options) do
    filename = IO.chardata_to_string(filename)
    options = Keyword.merge([file: filename, line: 1], options)
    compile_string(File.read!(filename), options)
  end

  def eval_string(source, bindings \\ [], options \\ []) when is_binary(source) and is_list(bindings) do
    source |> compile_string(options) |> do_eval(bindings, options)
  end

  def eval_file(filename, bindings \\ [], options \\ []) when is_list(bindings) and is_list(options) do
    filename |> compile_file(options) |> do_eval(bindings, Keyword.put_new(options, :file, IO.chardata_to_string(filename)))
  end

  defp do_eval(compiled, bindings, options) do
    options = Keyword.take(options, [:file, :line, :module, :prune_binding])
    {result, _} = Code.eval_quoted(compiled, bindings, options)
    result
  end

  def tokenize(contents, opts \\ []), do: EEx.Tokenizer.tokenize(IO.chardata_to_string(contents), opts)
end
