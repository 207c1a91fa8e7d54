# The logger: configuration in persistent terms, events that pass filters and reach handlers, all in
# the calling process.
defmodule :logger do
  @moduledoc false

  @levels [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug]

  for level <- @levels do
    def unquote(level)(msg), do: log(unquote(level), msg)
    def unquote(level)(msg, args_or_meta), do: log(unquote(level), msg, args_or_meta)
    def unquote(level)(msg, args, meta), do: log(unquote(level), msg, args, meta)
  end

  def level_number(:none), do: -1
  def level_number(:emergency), do: 0
  def level_number(:alert), do: 1
  def level_number(:critical), do: 2
  def level_number(:error), do: 3
  def level_number(:warning), do: 4
  def level_number(:notice), do: 5
  def level_number(:info), do: 6
  def level_number(:debug), do: 7
  def level_number(:all), do: 10
  def level_number(_), do: :invalid

  def compare_levels(a, b) do
    case {level_number(a), level_number(b)} do
      {:invalid, _} -> :erlang.error(:badarg, [a, b])
      {_, :invalid} -> :erlang.error(:badarg, [a, b])
      {m, n} when m < n -> :gt
      {m, n} when m > n -> :lt
      _ -> :eq
    end
  end

  def allow(level, module) do
    limit =
      case :persistent_term.get({:logger, :modules}, :none) do
        %{^module => level} -> level
        _ -> :erlang.map_get(:level, primary())
      end

    level_number(level) <= level_number(limit)
  end

  # --- logging ---------------------------------------------------------------------------------

  def log(level, msg), do: log_if(level, msg_of(msg), %{})

  def log(level, fun, args) when :erlang.is_function(fun, 1) and not :erlang.is_map(args),
    do: log_fun(level, fun, args, %{})

  def log(level, msg, meta) when :erlang.is_map(meta), do: log_if(level, msg_of(msg), meta)
  def log(level, format, args), do: log_if(level, {format, args}, %{})

  def log(level, fun, args, meta) when :erlang.is_function(fun, 1),
    do: log_fun(level, fun, args, meta)

  def log(level, format, args, meta), do: log_if(level, {format, args}, meta)

  defp msg_of(msg) when :erlang.is_binary(msg), do: {:string, msg}
  defp msg_of(msg) when :erlang.is_map(msg), do: {:report, msg}

  defp msg_of([{key, _} | _] = msg) when :erlang.is_atom(key), do: {:report, msg}
  defp msg_of(msg), do: {:string, msg}

  defp log_fun(level, fun, args, meta) do
    case allow(level, module_of(meta)) do
      true ->
        case fun.(args) do
          {format, list} when :erlang.is_list(list) -> dispatch(level, {format, list}, meta)
          :ignore -> :ok
          msg -> dispatch(level, msg_of(msg), meta)
        end

      false ->
        :ok
    end
  end

  defp log_if(level, msg, meta) do
    case allow(level, module_of(meta)) do
      true -> dispatch(level, msg, meta)
      false -> :ok
    end
  end

  defp module_of(%{mfa: {module, _, _}}), do: module
  defp module_of(_), do: nil

  # The level has been looked at already.
  def macro_log(location, level, msg), do: dispatch(level, msg_of(msg), location)

  def macro_log(location, level, msg, meta) when :erlang.is_map(meta),
    do: dispatch(level, msg_of(msg), :maps.merge(location, meta))

  def macro_log(location, level, format, args), do: dispatch(level, {format, args}, location)

  def macro_log(location, level, format, args, meta),
    do: dispatch(level, {format, args}, :maps.merge(location, meta))

  # Elixir's Logger hands over finished messages.
  def log_allowed(level, msg, meta), do: dispatch(level, msg, meta)

  defp dispatch(level, msg, meta) do
    config = primary()
    base = %{pid: :erlang.self(), gl: :erlang.group_leader(), time: timestamp()}
    meta = :maps.merge(:maps.merge(base, process_metadata(config)), meta)
    event = %{level: level, msg: msg, meta: meta}

    case filter(:erlang.map_get(:filters, config), event, :erlang.map_get(:filter_default, config)) do
      :stop -> :ok
      event -> each_handler(handlers(), event)
    end

    :ok
  end

  defp process_metadata(config) do
    case {:erlang.map_get(:metadata, config), :erlang.get(:"$logger_metadata$")} do
      {primary, :undefined} -> primary
      {primary, own} -> :maps.merge(primary, own)
    end
  end

  def timestamp, do: :os.system_time(:microsecond)

  defp filter([], event, default), do: apply_default(default, event)
  defp filter(filters, event, default), do: filter(filters, event, default, :ignored)

  defp filter([], event, _default, :passed), do: event
  defp filter([], event, default, :ignored), do: apply_default(default, event)

  defp filter([{_id, {fun, arg}} | rest], event, default, state) do
    result =
      try do
        fun.(event, arg)
      catch
        _, _ -> :ignore
      end

    case result do
      :stop -> :stop
      :ignore -> filter(rest, event, default, state)
      event -> filter(rest, event, default, :passed)
    end
  end

  defp apply_default(:log, event), do: event
  defp apply_default(:stop, _event), do: :stop

  defp each_handler([], _event), do: :ok

  defp each_handler([config | rest], event) do
    level = :erlang.map_get(:level, event)

    case level_number(level) <= level_number(:erlang.map_get(:level, config)) do
      true ->
        case filter(:erlang.map_get(:filters, config), event, :erlang.map_get(:filter_default, config)) do
          :stop -> :ok
          event -> call_handler(config, event)
        end

      false ->
        :ok
    end

    each_handler(rest, event)
  end

  # A handler that fails is taken out.
  defp call_handler(config, event) do
    module = :erlang.map_get(:module, config)

    try do
      module.log(event, :maps.without([:module_removed], config))
    catch
      _, _ -> remove_handler(:erlang.map_get(:id, config))
    end
  end

  # --- configuration ---------------------------------------------------------------------------

  defp primary do
    case :persistent_term.get({:logger, :primary}, :none) do
      :none -> default_primary()
      config -> config
    end
  end

  defp default_primary do
    %{
      level: :debug,
      filters: [
        logger_translator:
          {&Logger.Utils.translator/2,
           %{otp: true, sasl: false, translators: [{Logger.Translator, :translate}]}},
        logger_process_level: {&Logger.Utils.process_level/2, []}
      ],
      filter_default: :log,
      metadata: %{}
    }
  end

  @doc """
  Whether reports of crashes and of supervisors reach anybody. Making them costs something.
  """
  def takes_sasl? do
    case :lists.keyfind(:logger_translator, 1, :erlang.map_get(:filters, primary())) do
      {_, {_, %{sasl: false}}} -> false
      _ -> true
    end
  end

  defp put_primary(config), do: :persistent_term.put({:logger, :primary}, config)

  defp handlers do
    case :persistent_term.get({:logger, :handlers}, :none) do
      :none -> [default_handler()]
      handlers -> handlers
    end
  end

  defp default_handler do
    %{
      id: :default,
      module: :logger_std_h,
      config: %{type: :standard_io},
      level: :all,
      filters: [remote_gl: {&:logger_filters.remote_gl/2, :stop}],
      formatter: Logger.default_formatter(),
      filter_default: :log
    }
  end

  defp put_handlers(handlers), do: :persistent_term.put({:logger, :handlers}, handlers)

  def get_primary_config, do: primary()

  def set_primary_config(config) when :erlang.is_map(config) do
    put_primary(:maps.merge(default_primary(), config))
    :ok
  end

  def set_primary_config(:level, level) do
    case level_number(level) do
      :invalid -> {:error, {:invalid_level, level}}
      _ -> update_primary(:level, level)
    end
  end

  def set_primary_config(key, value) when key in [:filters, :filter_default, :metadata],
    do: update_primary(key, value)

  def set_primary_config(key, value), do: {:error, {:invalid_primary_config, {key, value}}}

  def update_primary_config(config) do
    put_primary(:maps.merge(primary(), config))
    :ok
  end

  defp update_primary(key, value) do
    put_primary(:maps.put(key, value, primary()))
    :ok
  end

  def add_primary_filter(id, filter) do
    config = primary()
    filters = :erlang.map_get(:filters, config)

    case :lists.keymember(id, 1, filters) do
      true -> {:error, {:already_exist, id}}
      false -> update_primary(:filters, filters ++ [{id, filter}])
    end
  end

  def remove_primary_filter(id) do
    filters = :erlang.map_get(:filters, primary())

    case :lists.keytake(id, 1, filters) do
      {:value, _, rest} -> update_primary(:filters, rest)
      false -> {:error, {:not_found, id}}
    end
  end

  def get_config do
    %{
      primary: primary(),
      handlers: handlers(),
      proxy: %{},
      module_levels: get_module_level()
    }
  end

  def get_proxy_config, do: %{}

  def get_handler_ids, do: for(h <- :lists.reverse(handlers()), do: :erlang.map_get(:id, h))
  def get_handler_config, do: handlers()

  def get_handler_config(id) do
    case find(id) do
      {:ok, config} -> {:ok, config}
      :error -> {:error, {:not_found, id}}
    end
  end

  defp find(id) do
    case :lists.filter(fn h -> :erlang.map_get(:id, h) == id end, handlers()) do
      [config] -> {:ok, config}
      [] -> :error
    end
  end

  def add_handler(id, module, config) when :erlang.is_atom(id) and :erlang.is_atom(module) do
    case find(id) do
      {:ok, _} ->
        {:error, {:already_exist, id}}

      :error ->
        case check_level(config) do
          :ok -> adding(id, module, config)
          error -> error
        end
    end
  end

  defp check_level(%{level: level}) do
    case level_number(level) do
      :invalid -> {:error, {:invalid_level, level}}
      _ -> :ok
    end
  end

  defp check_level(_), do: :ok

  defp adding(id, module, config) do
    defaults = %{
      id: id,
      module: module,
      level: :all,
      filters: [],
      filter_default: :log,
      formatter: {:logger_formatter, %{}}
    }

    config = :maps.merge(defaults, :maps.merge(config, %{id: id, module: module}))

    case callback(module, :adding_handler, [config]) do
      {:ok, config} ->
        put_handlers(handlers() ++ [config])
        :ok

      :undefined ->
        case module == :logger_std_h or :code.ensure_loaded(module) == {:module, module} do
          true ->
            put_handlers(handlers() ++ [config])
            :ok

          false ->
            {:error, {:handler_not_added, {:callback_crashed, {:error, :undef, []}}}}
        end

      {:error, reason} ->
        {:error, {:handler_not_added, reason}}
    end
  end

  defp callback(module, function, args) do
    :code.ensure_loaded(module)

    case :erlang.function_exported(module, function, :erlang.length(args)) do
      true -> :erlang.apply(module, function, args)
      false -> :undefined
    end
  end

  def remove_handler(id) do
    case find(id) do
      {:ok, config} ->
        put_handlers(:lists.filter(fn h -> :erlang.map_get(:id, h) != id end, handlers()))
        callback(:erlang.map_get(:module, config), :removing_handler, [config])
        :ok

      :error ->
        {:error, {:not_found, id}}
    end
  end

  def set_handler_config(id, config),
    do: change(id, fn old -> :maps.merge(old, config) end, :set)

  def set_handler_config(id, key, value), do: change(id, fn old -> :maps.put(key, value, old) end, :set)

  def update_handler_config(id, config),
    do: change(id, fn old -> :maps.merge(old, config) end, :update)

  def update_handler_config(id, key, value),
    do: change(id, fn old -> :maps.put(key, value, old) end, :update)

  def update_formatter_config(id, config) do
    change(
      id,
      fn old ->
        {module, own} = :erlang.map_get(:formatter, old)
        :maps.put(:formatter, {module, :maps.merge(own, config)}, old)
      end,
      :update
    )
  end

  def update_formatter_config(id, key, value), do: update_formatter_config(id, %{key => value})

  defp change(id, fun, how) do
    case find(id) do
      {:ok, old} ->
        new = fun.(old)

        case check_level(new) do
          :ok ->
            new =
              case callback(:erlang.map_get(:module, old), :changing_config, [how, old, new]) do
                {:ok, config} -> config
                _ -> new
              end

            put_handlers(
              :lists.map(
                fn h -> if :erlang.map_get(:id, h) == id, do: new, else: h end,
                handlers()
              )
            )

            :ok

          error ->
            error
        end

      :error ->
        {:error, {:not_found, id}}
    end
  end

  def add_handler_filter(id, filter_id, filter) do
    change(
      id,
      fn old ->
        filters = :erlang.map_get(:filters, old)
        :maps.put(:filters, :lists.keystore(filter_id, 1, filters, {filter_id, filter}), old)
      end,
      :update
    )
  end

  def remove_handler_filter(id, filter_id) do
    change(
      id,
      fn old ->
        filters = :erlang.map_get(:filters, old)
        :maps.put(:filters, :lists.keydelete(filter_id, 1, filters), old)
      end,
      :update
    )
  end

  # --- levels of modules, metadata of processes ------------------------------------------------

  defp modules do
    case :persistent_term.get({:logger, :modules}, :none) do
      :none -> %{}
      map -> map
    end
  end

  def get_module_level, do: :maps.to_list(modules())

  def get_module_level(list) do
    for module <- :lists.flatten([list]),
        :erlang.is_map_key(module, modules()),
        do: {module, :erlang.map_get(module, modules())}
  end

  def set_module_level(list, level) do
    case level_number(level) do
      :invalid ->
        {:error, {:invalid_level, level}}

      _ ->
        map = :lists.foldl(fn m, map -> :maps.put(m, level, map) end, modules(), :lists.flatten([list]))
        :persistent_term.put({:logger, :modules}, map)
        :ok
    end
  end

  def unset_module_level do
    :persistent_term.put({:logger, :modules}, %{})
    :ok
  end

  def unset_module_level(list) do
    :persistent_term.put({:logger, :modules}, :maps.without(:lists.flatten([list]), modules()))
    :ok
  end

  def set_application_level(app, level) do
    case :application.get_key(app, :modules) do
      {:ok, modules} -> set_module_level(modules, level)
      :undefined -> {:error, {:not_loaded, app}}
    end
  end

  def unset_application_level(app) do
    case :application.get_key(app, :modules) do
      {:ok, modules} -> unset_module_level(modules)
      :undefined -> {:error, {:not_loaded, app}}
    end
  end

  def get_process_metadata, do: :erlang.get(:"$logger_metadata$")

  def set_process_metadata(meta) when :erlang.is_map(meta) do
    :erlang.put(:"$logger_metadata$", meta)
    :ok
  end

  def update_process_metadata(meta) when :erlang.is_map(meta) do
    case get_process_metadata() do
      :undefined -> set_process_metadata(meta)
      old -> set_process_metadata(:maps.merge(old, meta))
    end
  end

  def unset_process_metadata do
    :erlang.erase(:"$logger_metadata$")
    :ok
  end

  def reconfigure, do: :ok
  def i, do: :ok

  # --- texts of reports ------------------------------------------------------------------------

  def format_report(%{label: _, report: report}), do: format_report(report)

  def format_report(%{label: _, format: format, args: args}), do: {format, args}
  def format_report(report) when :erlang.is_map(report), do: format_report(:maps.to_list(report))

  def format_report(report) when :erlang.is_list(report) do
    {formats, args} =
      :lists.foldr(
        fn
          {key, value}, {f, a} -> {[~c"    ~tp: ~tp" | f], [key, value | a]}
          other, {f, a} -> {[~c"    ~tp" | f], [other | a]}
        end,
        {[], []},
        report
      )

    {:lists.flatten(:lists.join(~c"~n", formats)), args}
  end

  def format_report(report), do: {~c"~tp", [report]}
  def format_otp_report(%{label: _, report: report}), do: format_report(report)
  def format_otp_report(report), do: format_report(report)
end
