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

  def metadata, do: Map.to_list(own_metadata())
  def metadata(changes), do: keep_metadata(own_metadata(), changes)
  def reset_metadata(changes \\ []), do: keep_metadata(%{}, changes)

  defp own_metadata, do: Process.get(@metadata, %{})

  # What is nil is not kept.
  defp keep_metadata(known, changes) do
    kept = known |> Map.merge(Map.new(changes)) |> Map.reject(fn {_, value} -> value == nil end)
    Process.put(@metadata, kept)
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

  defp to_erlang(:warn) do
    IO.warn("the log level :warn is deprecated, use :warning instead")
    :warning
  end

  defp to_erlang(level), do: level

  def configure(options) do
    options = Keyword.take(options, [:level, :truncate, :sync_threshold, :translator_inspect_opts])

    Enum.each(options, fn
      {:level, level} -> :logger.set_primary_config(:level, to_erlang(level))
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

  def add_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: change_translators(&[translator | List.delete(&1, translator)])

  def remove_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun),
    do: change_translators(&List.delete(&1, translator))

  # They are an argument of the primary filter that words reports.
  defp change_translators(change) do
    filters = :logger.get_primary_config().filters
    {filter, config} = filters[:logger_translator]
    changed = {filter, Map.update!(config, :translators, change)}
    :logger.set_primary_config(:filters, List.keystore(filters, :logger_translator, 0, {:logger_translator, changed}))
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
      {message, more} -> __do_log__(level, message, location, Enum.into(more, metadata))
      message -> __do_log__(level, message, location, metadata)
    end
  end

  def __do_log__(level, message, location, metadata) do
    meta = location |> Map.merge(metadata) |> Map.update(:domain, [:elixir], &[:elixir | List.wrap(&1)])
    :logger.log_allowed(level, kind(message), meta)
  end

  defp kind(message) when is_binary(message), do: {:string, message}
  defp kind(report) when is_map(report), do: {:report, report}
  defp kind([{_, _} | _] = report), do: {:report, report}
  defp kind(chardata) when is_list(chardata), do: {:string, chardata}

  defp kind(other) do
    IO.warn(
      "passing #{inspect(other)} to Logger is deprecated, expected a map, a keyword list, " <>
        "a string, a list of strings, or a zero-arity anonymous function"
    )

    {:string, to_string(other)}
  end

  for level <- [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug] do
    defmacro unquote(level)(message_or_fun, metadata \\ []),
      do: logging(unquote(level), message_or_fun, metadata, __CALLER__)
  end

  @deprecated "Use Logger.warning/2 instead"
  defmacro warn(message_or_fun, metadata \\ []), do: logging(:warning, message_or_fun, metadata, __CALLER__)

  defmacro log(level, message_or_fun, metadata \\ []),
    do: logging(level, message_or_fun, metadata, __CALLER__)

  # The message is only evaluated for a level that somebody listens to.
  defp logging(level, message, metadata, caller) do
    place =
      case caller.function do
        {name, arity} ->
          %{mfa: {caller.module, name, arity}, file: String.to_charlist(caller.file), line: caller.line}

        nil ->
          %{}
      end

    quote do
      case Logger.__should_log__(unquote(level), __MODULE__) do
        nil -> :ok
        level -> Logger.__do_log__(level, unquote(message), unquote(Macro.escape(place)), Map.new(unquote(metadata)))
      end
    end
  end
end
