defmodule Logger do
  @moduledoc "Messages with levels and metadata, for those who run the program."

  @type level ::
          :emergency | :alert | :critical | :error | :warning | :warn | :notice | :info | :debug
  @type message :: :unicode.chardata() | String.Chars.t() | report
  @type report :: map | keyword
  @type metadata :: keyword

  @levels [:error, :info, :debug, :emergency, :alert, :critical, :warning, :notice]
  @metadata :"$logger_metadata$"

  def levels, do: @levels

  def metadata, do: Map.to_list(__metadata__())

  defp __metadata__ do
    case :erlang.get(@metadata) do
      map when is_map(map) -> map
      _ -> %{}
    end
  end

  def metadata(keyword) do
    :erlang.put(@metadata, into_metadata(keyword, __metadata__()))
    :ok
  end

  defp into_metadata([], metadata), do: metadata
  defp into_metadata(keyword, metadata), do: Enum.reduce(keyword, metadata, &put_metadata/2)

  defp put_metadata({:mfa, {mod, fun, arity}}, acc) when is_atom(mod) and is_atom(fun) and is_integer(arity),
    do: Map.put(acc, :mfa, {mod, fun, arity})

  defp put_metadata({key, nil}, acc), do: Map.delete(acc, key)
  defp put_metadata({key, value}, acc), do: Map.put(acc, key, value)

  def reset_metadata(keyword \\ []) do
    :erlang.put(@metadata, into_metadata(keyword, %{}))
    :ok
  end

  def enable(pid) when pid == self(), do: delete_process_level(pid)
  def disable(pid) when pid == self(), do: put_process_level(pid, :none)

  def enabled?(pid) when pid == self(), do: get_process_level(pid) != :none

  def level do
    %{level: level} = :logger.get_primary_config()
    if level == :all, do: :debug, else: level
  end

  def compare_levels(left, right), do: :logger.compare_levels(to_erlang(left), to_erlang(right))

  defp to_erlang(:warn), do: :warning
  defp to_erlang(level), do: level

  def configure(options) do
    options = Keyword.take(options, [:level, :truncate, :sync_threshold, :translator_inspect_opts])

    Enum.each(options, fn
      {:level, level} -> :ok = :logger.set_primary_config(:level, to_erlang(level))
      {key, value} -> Application.put_env(:logger, key, value)
    end)
  end

  def flush do
    :cordial_io.flush()
    :ok
  end

  def default_formatter(overrides \\ []) do
    :application.get_env(:logger, :default_formatter, [])
    |> Keyword.merge(overrides)
    |> Logger.Formatter.new()
  end

  def put_process_level(pid, level) when pid == self() do
    Process.put(:logger_level, to_erlang(level))
    :ok
  end

  def get_process_level(pid) when pid == self(), do: Process.get(:logger_level)

  def delete_process_level(pid) when pid == self() do
    Process.delete(:logger_level)
    :ok
  end

  def put_module_level(mod, level), do: :logger.set_module_level(mod, to_erlang(level))
  def get_module_level(mod), do: :logger.get_module_level(mod)
  def delete_module_level(module), do: :logger.unset_module_level(module)
  def delete_all_module_levels, do: :logger.unset_module_level()
  def put_application_level(app, level), do: :logger.set_application_level(app, to_erlang(level))
  def delete_application_level(app), do: :logger.unset_application_level(app)

  def add_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun) do
    update_translators(&[translator | List.delete(&1, translator)])
  end

  def remove_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun) do
    update_translators(&List.delete(&1, translator))
  end

  defp update_translators(fun) do
    %{filters: filters} = :logger.get_primary_config()

    filters =
      Enum.map(filters, fn
        {:logger_translator, {filter, config}} ->
          {:logger_translator, {filter, %{config | translators: fun.(config.translators)}}}

        other ->
          other
      end)

    :logger.set_primary_config(:filters, filters)
  end

  def add_handlers(app) when is_atom(app) do
    for {:handler, id, module, config} <- Application.get_env(app, :logger, []) do
      :logger.add_handler(id, module, config)
    end

    :ok
  end

  def add_backend(_backend, _opts \\ []), do: {:error, :not_supported}
  def remove_backend(_backend, _opts \\ []), do: :ok
  def configure_backend(_backend, _options), do: :ok

  # --- logging ---------------------------------------------------------------------------------

  def bare_log(level, message_or_fun, metadata \\ []) do
    case __should_log__(level, nil) do
      nil -> :ok
      level -> __do_log__(level, message_or_fun, %{}, Map.new(metadata))
    end
  end

  @doc false
  def __should_log__(level, module) do
    level = to_erlang(level)

    case :erlang.get(:logger_level) do
      :undefined -> if :logger.allow(level, module), do: level
      own -> if :logger.compare_levels(level, own) != :lt and :logger.allow(level, module), do: level
    end
  end

  @doc false
  def __do_log__(level, fun, location, metadata) when is_function(fun, 0) do
    case fun.() do
      {msg, meta} -> __do_log__(level, msg, location, Enum.into(meta, metadata))
      msg -> __do_log__(level, msg, location, metadata)
    end
  end

  def __do_log__(level, msg, location, metadata) when is_binary(msg) do
    :logger.log_allowed(level, {:string, msg}, add_elixir_domain(Map.merge(location, metadata)))
  end

  def __do_log__(level, msg, location, metadata) when is_map(msg) and not is_struct(msg) do
    :logger.log_allowed(level, {:report, msg}, add_elixir_domain(Map.merge(location, metadata)))
  end

  def __do_log__(level, msg, location, metadata) when is_list(msg) do
    kind = if keyword?(msg), do: :report, else: :string
    :logger.log_allowed(level, {kind, msg}, add_elixir_domain(Map.merge(location, metadata)))
  end

  def __do_log__(level, msg, location, metadata) when is_struct(msg) do
    :logger.log_allowed(level, {:report, msg}, add_elixir_domain(Map.merge(location, metadata)))
  end

  def __do_log__(level, msg, location, metadata) do
    :logger.log_allowed(level, {:string, to_string(msg)}, add_elixir_domain(Map.merge(location, metadata)))
  end

  defp keyword?([{key, _} | _]) when is_atom(key), do: true
  defp keyword?(_), do: false

  defp add_elixir_domain(%{domain: domain} = metadata) when is_list(domain),
    do: %{metadata | domain: [:elixir | domain]}

  defp add_elixir_domain(metadata), do: Map.put(metadata, :domain, [:elixir])

  for level <- [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug] do
    defmacro unquote(level)(message_or_fun, metadata \\ []) do
      maybe_log(unquote(level), message_or_fun, metadata, __CALLER__)
    end
  end

  defmacro warn(message_or_fun, metadata \\ []) do
    maybe_log(:warning, message_or_fun, metadata, __CALLER__)
  end

  defmacro log(level, message_or_fun, metadata \\ []) do
    maybe_log(level, message_or_fun, metadata, __CALLER__)
  end

  defp maybe_log(level, data, metadata, caller) do
    location =
      case caller do
        %{module: module, function: {fun, arity}, file: file, line: line} ->
          %{mfa: {module, fun, arity}, file: file, line: line}

        %{file: file, line: line} ->
          %{file: file, line: line}
      end

    file = String.to_charlist(Path.relative_to_cwd(location.file))
    location = Macro.escape(%{location | file: file})

    quote do
      case Logger.__should_log__(unquote(level), __MODULE__) do
        nil -> :ok
        level -> Logger.__do_log__(level, unquote(data), unquote(location), Map.new(unquote(metadata)))
      end
    end
  end
end
