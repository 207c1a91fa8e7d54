defmodule Application do
  @moduledoc "Applications and their environment."

  @type app :: atom
  @type key :: atom
  @type value :: term
  @type start_type :: :normal | {:takeover, node} | {:failover, node}
  @type restart_type :: :permanent | :transient | :temporary

  @callback start(start_type, start_args :: term) :: {:ok, pid} | {:ok, pid, term} | {:error, term}
  @callback prep_stop(term) :: term
  @callback start_phase(phase :: term, start_type, phase_args :: term) :: :ok | {:error, term}
  @callback stop(term) :: term
  @callback config_change(changed :: term, new :: term, removed :: term) :: :ok
  @optional_callbacks start_phase: 3, prep_stop: 1, config_change: 3

  @doc false
  defmacro __using__(_) do
    quote location: :keep do
      @behaviour Application

      @doc false
      def stop(_state), do: :ok

      defoverridable Application
    end
  end

  @application_keys [
    :description,
    :id,
    :vsn,
    :modules,
    :maxP,
    :maxT,
    :registered,
    :included_applications,
    :optional_applications,
    :applications,
    :mod,
    :start_phases
  ]

  def spec(app) when is_atom(app) do
    with keys when is_list(keys) <- value(:application.get_all_key(app)), do: Keyword.delete(keys, :env)
  end

  def spec(app, key) when is_atom(app) and key in @application_keys,
    do: value(:application.get_key(app, key))

  defp value({:ok, value}), do: value
  defp value(:undefined), do: nil

  def get_application(module) when is_atom(module) do
    case :application.get_application(module) do
      {:ok, app} -> app
      :undefined -> nil
    end
  end

  def get_all_env(app) when is_atom(app), do: :application.get_all_env(app)

  defmacro compile_env(app, key_or_path, default \\ nil) do
    if __CALLER__.function do
      raise "Application.compile_env/3 cannot be called inside functions, only in the module body"
    end

    quote do
      Application.get_at(unquote(app), unquote(key_or_path), unquote(default))
    end
  end

  def compile_env(_env, app, key_or_path, default), do: get_at(app, key_or_path, default)

  defmacro compile_env!(app, key_or_path) do
    if __CALLER__.function do
      raise "Application.compile_env!/2 cannot be called inside functions, only in the module body"
    end

    quote do
      Application.fetch_at!(unquote(app), unquote(key_or_path))
    end
  end

  def compile_env!(_env, app, key_or_path), do: fetch_at!(app, key_or_path)

  @doc false
  def get_at(app, path, default) do
    case fetch_at(app, path) do
      {:ok, value} -> value
      :error -> default
    end
  end

  @doc false
  def fetch_at!(app, path) do
    case fetch_at(app, path) do
      {:ok, value} ->
        value

      :error ->
        raise ArgumentError,
              "could not fetch application environment #{inspect(path)} for application " <>
                "#{inspect(app)} because #{absence(app, path)}"
    end
  end

  defp fetch_at(app, key) when is_atom(key), do: fetch_env(app, key)

  defp fetch_at(app, [key | path]) do
    with {:ok, value} <- fetch_env(app, key), do: fetch_in(value, path)
  end

  defp fetch_in(value, []), do: {:ok, value}

  defp fetch_in(value, [key | rest]) do
    with {:ok, value} <- Access.fetch(value, key), do: fetch_in(value, rest)
  end

  def get_env(app, key, default \\ nil) when is_atom(app) do
    :application.get_env(app, key, default)
  end

  def fetch_env(app, key) when is_atom(app) do
    case :application.get_env(app, key) do
      {:ok, value} -> {:ok, value}
      :undefined -> :error
    end
  end

  def fetch_env!(app, key) when is_atom(app), do: fetch_at!(app, key)

  defp absence(app, key) do
    if Enum.any?(loaded_applications(), &(elem(&1, 0) == app)),
      do: "configuration at #{inspect(key)} was not set",
      else: "the application was not loaded nor configured"
  end

  def put_env(app, key, value, opts \\ []) when is_atom(app) do
    :application.set_env(app, key, value, opts)
  end

  def put_all_env(config, opts \\ []) when is_list(config) and is_list(opts) do
    :application.set_env(config, opts)
  end

  def delete_env(app, key, opts \\ []) when is_atom(app) do
    :application.unset_env(app, key, opts)
  end

  def ensure_started(app, type \\ :temporary) when is_atom(app) do
    :application.ensure_started(app, type)
  end

  def ensure_loaded(app) when is_atom(app), do: :application.ensure_loaded(app)

  # The second argument may be the type alone.
  def ensure_all_started(apps, options \\ [])
  def ensure_all_started(apps, type) when is_atom(type), do: ensure_all_started(apps, type: type)

  def ensure_all_started(apps, options) when is_list(options) and (is_atom(apps) or is_list(apps)) do
    %{type: type, mode: mode} = Map.new(Keyword.validate!(options, type: :temporary, mode: :serial))
    :application.ensure_all_started(List.wrap(apps), type, mode)
  end

  def start(app, type \\ :temporary) when is_atom(app), do: :application.start(app, type)
  def stop(app) when is_atom(app), do: :application.stop(app)

  def load(app) when is_atom(app) or (is_tuple(app) and elem(app, 0) == :application),
    do: :application.load(app)

  def unload(app) when is_atom(app), do: :application.unload(app)

  # The library lies in the executable itself; its folder stands for it.
  def app_dir(app) when is_atom(app) do
    case :application.get_all_key(app) do
      {:ok, _} ->
        {:ok, executable} = File.read_link("/proc/self/exe")
        Path.join([Path.dirname(executable), "lib", Atom.to_string(app)])

      :undefined ->
        raise ArgumentError, "unknown application: #{inspect(app)}"
    end
  end

  def app_dir(app, path) when is_atom(app) and is_binary(path), do: Path.join(app_dir(app), path)

  def app_dir(app, path) when is_atom(app) and is_list(path), do: Path.join([app_dir(app) | path])

  def started_applications(timeout \\ 5000), do: :application.which_applications(timeout)
  def loaded_applications, do: :application.loaded_applications()

  def format_error(reason) do
    case reason do
      {:already_started, app} when is_atom(app) -> "already started application #{app}"
      {:not_started, app} when is_atom(app) -> "not started application #{app}"
      {:already_loaded, app} when is_atom(app) -> "already loaded application #{app}"
      {:not_loaded, app} when is_atom(app) -> "not loaded application #{app}"
      {:bad_return, {{_, :start, _} = call, {:EXIT, why}}} -> Exception.format_exit({why, call})
      {:bad_return, {{_, :start, _} = call, value}} -> "#{shown(call)} returned a bad value: #{inspect(value)}"
      {why, {_, :start, _} = call} -> "#{shown(call)} returned an error: #{Exception.format_exit(why)}"
      {:invalid_options, options} -> "invalid application options: #{inspect(options)}"
      {:invalid_name, name} -> "invalid application name: #{inspect(name)}"
      {~c"no such file or directory", file} -> "could not find application file: #{file}"
      other -> Exception.format_exit(other)
    end
  end

  defp shown({module, function, args}), do: Exception.format_mfa(module, function, args)
end
