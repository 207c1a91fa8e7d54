defmodule ExUnit.CaptureLog do
  @moduledoc "What is logged while a function runs, as a string."

  def capture_log(opts \\ [], fun) when is_list(opts) and is_function(fun, 0) do
    {_, log} = with_log(opts, fun)
    log
  end

  def with_log(opts \\ [], fun) when is_list(opts) and is_function(fun, 0) do
    {:ok, device} = StringIO.open("")
    {level, opts} = Keyword.pop(opts, :level, :all)
    {formatter, opts} = Keyword.pop(opts, :formatter)
    formatter = formatter || Logger.default_formatter(Keyword.put_new(opts, :colors, enabled: false))
    id = :"ex_unit_capture_#{System.unique_integer([:positive])}"
    level = if level in [nil, :all], do: :all, else: level

    :ok =
      :logger.add_handler(id, __MODULE__, %{
        level: level,
        config: %{device: device},
        formatter: formatter
      })

    mute()

    try do
      fun.()
    catch
      kind, reason ->
        :logger.remove_handler(id)
        unmute()
        StringIO.close(device)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      result ->
        :logger.remove_handler(id)
        unmute()
        {:ok, {_, output}} = StringIO.close(device)
        {result, output}
    end
  end

  # While anything is captured, the default handler keeps still.
  defp mute do
    n = :persistent_term.get({__MODULE__, :muted}, 0)
    :persistent_term.put({__MODULE__, :muted}, n + 1)

    if n == 0 do
      case :logger.get_handler_config(:default) do
        {:ok, config} ->
          :persistent_term.put({__MODULE__, :level}, config.level)
          :logger.update_handler_config(:default, :level, :none)

        _ ->
          :ok
      end
    end
  end

  defp unmute do
    n = :persistent_term.get({__MODULE__, :muted}, 1) - 1
    :persistent_term.put({__MODULE__, :muted}, n)

    if n == 0 do
      case :persistent_term.get({__MODULE__, :level}, nil) do
        nil -> :ok
        level -> :logger.update_handler_config(:default, :level, level)
      end
    end
  end

  @doc false
  def log(event, %{config: %{device: device}, formatter: {module, config}}) do
    text = module.format(event, config)

    try do
      IO.write(device, text)
    catch
      _, _ -> :ok
    end
  end
end
