defmodule Code do
  @moduledoc """
  Compiles, evaluates, loads and formats code at run time.
  """

  @options [:docs, :debug_info, :ignore_already_consolidated, :ignore_module_conflict, :infer_signatures, :relative_paths, :no_warn_undefined, :tracers, :parser_options, :on_undefined_variable]
  @booleans [:docs, :debug_info, :ignore_already_consolidated, :ignore_module_conflict, :infer_signatures, :relative_paths]
  @options_key {__MODULE__, :options}
  @required_key {__MODULE__, :required}

  ## Evaluation

  @doc "Evaluates source text: `{value, binding}`."
  def eval_string(string, binding \\ [], opts \\ []) do
    {value, binding, _env} = :cordial_code.eval(to_text(string), binding, env_or_opts(opts), options(opts))
    {value, binding}
  end

  @doc "Evaluates a quoted form: `{value, binding}`."
  def eval_quoted(quoted, binding \\ [], env_or_opts \\ []) do
    {value, binding, _env} = :cordial_code.eval_quoted(quoted, binding, env_or_opts(env_or_opts), options(env_or_opts))
    {value, binding}
  end

  @doc "Evaluates a quoted form: `{value, binding, env}`."
  def eval_quoted_with_env(quoted, binding, %Macro.Env{} = env, opts \\ []) when is_list(binding) do
    {value, new, env} = :cordial_code.eval_quoted(quoted, binding, env, Map.new(opts))
    new = if opts[:prune_binding], do: of_use(new, binding, quoted), else: new
    {value, new, env}
  end

  # Without the variables that the code does not name.
  defp of_use(new, old, quoted) do
    {_, named} =
      Macro.prewalk(quoted, [], fn
        {name, _, context} = var, named when is_atom(name) and is_atom(context) -> {var, [name | named]}
        node, named -> {node, named}
      end)

    Enum.filter(new, fn {key, _} = pair -> pair not in old or name_of(key) in named end)
  end

  defp name_of({name, _context}), do: name
  defp name_of(name), do: name

  @doc "Evaluates a file: `{value, binding}`."
  def eval_file(file, relative_to \\ nil) when is_binary(file) do
    {text, path} = read_file!(file, relative_to)
    eval_string(text, [], file: path, line: 1)
  end

  @doc "An environment to evaluate in."
  def env_for_eval(env_or_opts)
  def env_for_eval(%Macro.Env{} = env), do: env
  def env_for_eval(opts), do: with_options(:cordial_code.new_env(), opts)

  defp env_or_opts(%Macro.Env{} = env), do: env
  defp env_or_opts(opts), do: with_options(:cordial_code.new_env(), opts)

  defp options(%Macro.Env{}), do: %{}
  defp options(opts), do: Map.new(opts)

  defp with_options(env, opts) when is_list(opts) do
    Enum.reduce(opts, env, fn
      {key, value}, env when key in [:file, :line, :module, :function, :aliases, :requires, :functions, :macros, :context, :versioned_vars] -> %{env | key => value}
      _, env -> env
    end)
  end

  defp to_text(text) when is_binary(text), do: text
  defp to_text(text) when is_list(text), do: :unicode.characters_to_binary(text)

  defp read_file!(file, relative_to) do
    path = if relative_to, do: Path.expand(file, relative_to), else: Path.expand(file)

    case File.read(path) do
      {:ok, text} -> {text, path}
      {:error, reason} -> raise Code.LoadError, file: path, reason: reason
    end
  end

  ## Compilation

  @doc "Compiles source text: `[{module, bytecode}]`."
  def compile_string(string, file \\ "nofile") when is_binary(file), do: :cordial_code.compile_string(to_text(string), file)

  @doc "Compiles a quoted form: `[{module, bytecode}]`."
  def compile_quoted(quoted, file \\ "nofile") when is_binary(file), do: :cordial_code.compile_quoted(quoted, file)

  @doc "Compiles a file: `[{module, bytecode}]`."
  def compile_file(file, relative_to \\ nil) when is_binary(file) do
    {text, path} = read_file!(file, relative_to)
    :cordial_code.compile_file(text, shown(path))
  end

  @doc "Compiles a file unless it has been required before."
  def require_file(file, relative_to \\ nil) when is_binary(file) do
    {text, path} = read_file!(file, relative_to)

    if path in required_files() do
      nil
    else
      if :persistent_term.get(Cordial.Watch, nil), do: Cordial.Watch.loaded(path, text)
      modules = :cordial_code.compile_file(text, shown(path))
      :persistent_term.put(@required_key, [path | required_files()])
      modules
    end
  end

  # Paths in messages and stack traces are shown relative to the current folder.
  defp shown(path), do: if(get_compiler_option(:relative_paths), do: Path.relative_to_cwd(path), else: path)

  @doc "Files that were required."
  def required_files, do: :persistent_term.get(@required_key, [])

  @doc "Forgets that files were required."
  def unrequire_files(files) when is_list(files) do
    :persistent_term.put(@required_key, required_files() -- files)
    :ok
  end

  @doc "Runs the function and gives what it gives with the warnings and errors of compilations in it."
  def with_diagnostics(opts \\ [], fun) when is_list(opts) and is_function(fun, 0) do
    :cordial_code.start_diagnostics(Keyword.get(opts, :log, false))

    try do
      result = fun.()
      {result, :cordial_code.stop_diagnostics()}
    catch
      kind, reason ->
        :cordial_code.stop_diagnostics()
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end

  @doc "Prints a diagnostic on standard error."
  def print_diagnostic(diagnostic, _opts \\ []) do
    place =
      case diagnostic.position do
        {line, column} -> "#{diagnostic.file}:#{line}:#{column}"
        line -> "#{diagnostic.file}:#{line}"
      end

    IO.puts(:stderr, "#{diagnostic.severity}: #{diagnostic.message}\n  #{place}")
    :ok
  end

  ## Options

  @doc "The options that exist."
  def available_compiler_options, do: @options

  @doc "All options and their values."
  def compiler_options, do: Map.merge(defaults(), :persistent_term.get(@options_key, %{}))

  @doc "Sets options."
  def compiler_options(opts) do
    for {key, value} <- opts, do: put_compiler_option(key, value)
    compiler_options()
  end

  @doc "The value of an option."
  def get_compiler_option(key) when key in @options, do: Map.get(compiler_options(), key)

  @doc "Sets an option."
  def put_compiler_option(key, value) when key in @booleans do
    if not is_boolean(value), do: bad_option(key, "a boolean", value)
    put_option(key, value)
  end

  def put_compiler_option(key, value) when key in [:tracers, :parser_options] do
    if not is_list(value), do: bad_option(key, "a list", value)
    put_option(key, value)
  end

  def put_compiler_option(:no_warn_undefined, value) do
    if not (is_list(value) or value == :all), do: bad_option(:no_warn_undefined, "a list or the atom :all", value)
    put_option(:no_warn_undefined, value)
  end

  def put_compiler_option(:on_undefined_variable, value) when value in [:raise, :warn],
    do: put_option(:on_undefined_variable, value)

  def put_compiler_option(key, _value), do: raise("unknown compiler option: #{inspect(key)}")

  defp bad_option(key, expected, value),
    do: raise("compiler option #{inspect(key)} should be #{expected}, got: #{inspect(value)}")

  defp put_option(key, value) do
    :persistent_term.put(@options_key, Map.put(:persistent_term.get(@options_key, %{}), key, value))
    :cordial_code.set_option(key, value)
    :ok
  end

  defp defaults do
    %{
      docs: true,
      debug_info: true,
      ignore_already_consolidated: false,
      ignore_module_conflict: false,
      infer_signatures: true,
      no_warn_undefined: [],
      on_undefined_variable: :raise,
      parser_options: [columns: true],
      relative_paths: true,
      tracers: []
    }
  end

  @doc "Frees what compilations left behind."
  def purge_compiler_modules, do: {:ok, 0}

  @doc "Whether code that waits for other modules is being compiled."
  def can_await_module_compilation?, do: false

  ## Parsing

  @doc "Parses: `{:ok, quoted}` or `{:error, {meta, message, token}}`."
  def string_to_quoted(string, opts \\ []) do
    case :cordial_code.string_to_quoted(to_text(string), marks(opts)) do
      {:ok, quoted, _comments} -> encode(quoted, opts)
      {:error, _} = error -> error
    end
  end

  # The parser marks what the caller's encoders shall see.
  defp marks(opts) do
    [wrap_literals: is_function(opts[:literal_encoder]), mark_static_atoms: is_function(opts[:static_atoms_encoder])] ++ opts
  end

  defp encode(quoted, opts) do
    encoders = {opts[:literal_encoder], opts[:static_atoms_encoder]}

    if encoders == {nil, nil} do
      {:ok, quoted}
    else
      try do
        {:ok, Macro.postwalk(quoted, &encode_node(&1, encoders))}
      catch
        {__MODULE__, meta, reason, token} -> {:error, {meta, reason, token}}
      end
    end
  end

  defp encode_node({:__block__, meta, [literal]}, {encoder, _}) when is_function(encoder) and not is_tuple(literal),
    do: encoded(encoder.(literal, meta), meta, literal)

  defp encode_node({:__block__, meta, [{_, _} = literal]}, {encoder, _}) when is_function(encoder),
    do: encoded(encoder.(literal, meta), meta, literal)

  defp encode_node({:__static_atom__, meta, [text]}, {_, encoder}) when is_function(encoder),
    do: encoded(encoder.(text, meta), meta, text)

  defp encode_node(node, _encoders), do: node

  defp encoded({:ok, node}, _meta, _literal), do: node
  defp encoded({:error, reason}, meta, literal), do: throw({__MODULE__, meta, reason, inspect(literal)})

  @doc "Parses, or raises."
  def string_to_quoted!(string, opts \\ []) do
    {quoted, _comments} = string_to_quoted_with_comments!(string, opts)
    quoted
  end

  @doc "Parses: `{:ok, quoted, comments}` or an error."
  def string_to_quoted_with_comments(string, opts \\ []) do
    case :cordial_code.string_to_quoted(to_text(string), [include_comments: true] ++ marks(opts)) do
      {:ok, quoted, comments} ->
        case encode(quoted, opts) do
          {:ok, quoted} -> {:ok, quoted, comments}
          {:error, _} = error -> error
        end

      {:error, _} = error ->
        error
    end
  end

  @doc "Parses, or raises: `{quoted, comments}`."
  def string_to_quoted_with_comments!(string, opts \\ []) do
    {quoted, comments} = :cordial_code.string_to_quoted!(to_text(string), [include_comments: true] ++ marks(opts))

    case encode(quoted, opts) do
      {:ok, quoted} -> {quoted, comments}
      {:error, {meta, reason, _token}} -> raise SyntaxError, file: Keyword.get(opts, :file, "nofile"), line: meta[:line], description: reason
    end
  end

  ## Formatting

  @doc "The text formatted, as iodata."
  def format_string!(string, opts \\ []) when is_binary(string) and is_list(opts) do
    :cordial_code.format_string(string, opts)
  end

  @doc "The file's text formatted, as iodata, ending in a newline."
  def format_file!(file, opts \\ []) when is_binary(file) and is_list(opts) do
    [format_string!(File.read!(file), [file: file, line: 1] ++ opts), ?\n]
  end

  @doc "An algebra document that prints the quoted form."
  def quoted_to_algebra(quoted, opts \\ []) do
    text = Macro.to_string(quoted)

    # The formatter does not make documents, so it is asked when it is known how much room there is.
    {:doc_late,
     fn columns ->
       length = if columns == :infinity, do: byte_size(text), else: columns
       text |> format_string!(Keyword.put(opts, :line_length, length)) |> IO.iodata_to_binary()
     end}
  end

  ## Loading

  @doc "Loads the module if it is not loaded: `{:module, module}` or `{:error, reason}`."
  def ensure_loaded(module) when is_atom(module), do: :code.ensure_loaded(module)

  @doc "Whether the module is or can be loaded."
  def ensure_loaded?(module) when is_atom(module), do: match?({:module, ^module}, ensure_loaded(module))

  @doc "Loads the module, or raises."
  def ensure_loaded!(module) do
    case ensure_loaded(module) do
      {:module, module} ->
        module

      {:error, reason} ->
        raise ArgumentError,
              "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  @doc "Loads the modules: `:ok` or `{:error, [{module, reason}]}`."
  def ensure_all_loaded(modules) when is_list(modules) do
    case for(module <- modules, {:error, reason} <- [ensure_loaded(module)], do: {module, reason}) do
      [] -> :ok
      errors -> {:error, Enum.reverse(errors)}
    end
  end

  @doc "Loads the modules, or raises."
  def ensure_all_loaded!(modules) when is_list(modules) do
    case ensure_all_loaded(modules) do
      :ok ->
        :ok

      {:error, errors} ->
        list = Enum.map_join(errors, "\n", fn {module, reason} -> "  * #{inspect(module)} due to reason #{inspect(reason)}" end)
        raise ArgumentError, "could not load the following modules:\n\n" <> list
    end
  end

  @doc "The module if it is compiled: `{:module, module}` or `{:error, reason}`."
  def ensure_compiled(module) when is_atom(module) do
    if :elixir_module.open?(module), do: {:error, :unavailable}, else: ensure_loaded(module)
  end

  @doc "The module if it is compiled, or raises."
  def ensure_compiled!(module) do
    case ensure_compiled(module) do
      {:module, module} ->
        module

      {:error, :unavailable} ->
        raise ArgumentError, "could not load module #{inspect(module)} due to reason :unavailable"

      {:error, reason} ->
        raise ArgumentError, "could not load module #{inspect(module)} due to reason #{inspect(reason)}"
    end
  end

  @doc "Whether the module is loaded."
  def loaded?(module) when is_atom(module), do: :erlang.module_loaded(module)

  @doc "Deletes the current version of a module: it becomes old."
  def delete(module) when is_atom(module), do: :code.delete(module)

  @doc "Purges the old version of a module."
  def purge(module) when is_atom(module), do: :code.purge(module)

  @doc "Purges the old version unless it is in use."
  def soft_purge(module) when is_atom(module), do: :code.soft_purge(module)

  @doc "Looks for modules in this folder first."
  def prepend_path(path, _opts \\ []), do: :code.add_patha(to_charlist(Path.expand(path))) == true

  @doc "Looks for modules in this folder last."
  def append_path(path, _opts \\ []), do: :code.add_pathz(to_charlist(Path.expand(path))) == true

  @doc "Looks for modules in these folders first."
  def prepend_paths(paths, opts \\ []) when is_list(paths) do
    for path <- Enum.reverse(paths), do: prepend_path(path, opts)
    :ok
  end

  @doc "Looks for modules in these folders last."
  def append_paths(paths, opts \\ []) when is_list(paths) do
    for path <- paths, do: append_path(path, opts)
    :ok
  end

  @doc "Does not look for modules in this folder any more."
  def delete_path(path), do: :code.del_path(to_charlist(Path.expand(path))) == true

  @doc "Does not look for modules in these folders any more."
  def delete_paths(paths) when is_list(paths) do
    for path <- paths, do: delete_path(path)
    :ok
  end

  @doc """
  Documentation of a module, or of a `.cbc` file by its path: `{:docs_v1, …}` or `{:error, reason}`.

  A module that was only compiled in memory has no file, and so no documentation: `{:error, :module_not_found}`.
  """
  def fetch_docs(module_or_path)

  def fetch_docs(module) when is_atom(module) do
    case :code.get_object_code(module) do
      {_module, bytes, _path} -> docs_of(bytes)
      :error -> {:error, :module_not_found}
    end
  end

  def fetch_docs(path) when is_binary(path) do
    case File.read(path) do
      {:ok, "CBC\n" <> _ = bytes} -> docs_of(bytes)
      _ -> {:error, :module_not_found}
    end
  end

  defp docs_of(bytes) do
    case :cordial_code.chunk(bytes, "Docs") do
      nil -> {:error, :chunk_not_found}
      chunk -> :erlang.binary_to_term(chunk)
    end
  end
end
