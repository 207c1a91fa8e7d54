defmodule Config.Provider do
  @moduledoc "Where configuration comes from when a program starts."

  @type config :: keyword
  @type state :: term
  @type config_path :: {:system, binary, binary} | binary

  @callback init(term) :: state
  @callback load(config, state) :: config

  def validate_config_path!({:system, name, path}) when is_binary(name) and is_binary(path), do: :ok

  def validate_config_path!(path) do
    if is_binary(path) and Path.type(path) != :relative do
      :ok
    else
      raise ArgumentError, """
      expected configuration path to be:

        * a binary representing an absolute path
        * a tuple {:system, env_var, path} where the config is the \
      concatenation of the environment variable with the given path

      Got: #{inspect(path)}
      """
    end
  end

  def resolve_config_path!(path) when is_binary(path), do: path
  def resolve_config_path!({:system, name, path}), do: System.fetch_env!(name) <> path
end
