defmodule Config do
  @moduledoc "The macros and functions of configuration files."

  @given {__MODULE__, :opts}
  @current {__MODULE__, :config}
  @imported {__MODULE__, :imports}

  def config(root_key, opts) when is_atom(root_key) and is_list(opts) do
    unless Keyword.keyword?(opts) do
      raise ArgumentError, "config/2 expected a keyword list, got: #{inspect(opts)}"
    end

    current!()
    |> __merge__([{root_key, opts}])
    |> keep()
  end

  def config(root_key, key, opts) when is_atom(root_key) and is_atom(key) do
    current!()
    |> __merge__([{root_key, [{key, opts}]}])
    |> keep()
  end

  def read_config(root_key) when is_atom(root_key), do: current!()[root_key]

  defmacro config_env do
    quote do
      Config.__env__!()
    end
  end

  defmacro config_target do
    quote do
      Config.__target__!()
    end
  end

  defmacro import_config(file) do
    quote do
      Config.__import__!(Path.expand(unquote(file), Path.dirname(__ENV__.file)))
    end
  end

  @doc false
  def __import__!(file) when is_binary(file) do
    imports = imported!()

    cond do
      imports == :disabled ->
        raise "import_config/1 is not enabled for this configuration file. " <>
                "Some configuration files do not allow importing other files"

      file in imports ->
        raise ArgumentError, "attempting to load configuration #{Path.relative_to_cwd(file)} recursively"

      true ->
        Process.put(@imported, [file | imports])
        Code.eval_file(file)
    end
  end

  @doc false
  def __env__!, do: Keyword.get(given!(), :env) || raise("no :env key was given to this configuration file")
  @doc false
  def __target__!, do: Keyword.get(given!(), :target) || raise("no :target key was given to this configuration file")

  defp current!, do: Process.get(@current) || outside_reader!()
  defp keep(value), do: Process.put(@current, value) && :ok
  defp given!, do: Process.get(@given) || outside_reader!()
  defp imported!, do: Process.get(@imported) || outside_reader!()

  defp outside_reader! do
    raise "could not set configuration via Config. " <>
            "This usually means you are trying to execute a configuration file " <>
            "directly, instead of reading it with Config.Reader"
  end

  @doc false
  def __eval__!(file, content, opts) do
    env = Keyword.get(opts, :env)
    target = Keyword.get(opts, :target)
    imports = Keyword.get(opts, :imports, [])
    old_opts = Process.put(@given, env: env, target: target)
    old_config = Process.put(@current, [])
    old_imports = Process.put(@imported, if(imports == :disabled, do: :disabled, else: [file | imports]))

    try do
      {eval, _} = Code.eval_string(content, [], file: file)

      case Process.get(@current) do
        [] when is_list(eval) -> {validate!(eval, file), Process.get(@imported)}
        config -> {config, Process.get(@imported)}
      end
    after
      restore(@given, old_opts)
      restore(@current, old_config)
      restore(@imported, old_imports)
    end
  end

  defp restore(key, nil), do: Process.delete(key)
  defp restore(key, value), do: Process.put(key, value)

  defp validate!(config, file) do
    Enum.all?(config, fn
      {app, value} when is_atom(app) ->
        Keyword.keyword?(value) ||
          raise ArgumentError,
                "expected config for app #{inspect(app)} in #{Path.relative_to_cwd(file)} " <>
                  "to return keyword list, got: #{inspect(value)}"

      _ ->
        raise ArgumentError,
              "expected config file #{Path.relative_to_cwd(file)} to return keyword list, got: #{inspect(config)}"
    end)

    config
  end

  @doc false
  def __merge__(config1, config2) when is_list(config1) and is_list(config2) do
    Keyword.merge(config1, config2, fn _, app1, app2 ->
      Keyword.merge(app1, app2, &merge_values/3)
    end)
  end

  defp merge_values(_key, value1, value2) do
    if Keyword.keyword?(value1) and Keyword.keyword?(value2) do
      Keyword.merge(value1, value2, &merge_values/3)
    else
      value2
    end
  end
end
