defmodule ExUnit.CaptureLog do
  @moduledoc """
  Keeps what is logged while a function runs, by whatever process.

      assert capture_log(fn -> Logger.error("out of paper") end) =~ "out of paper"

  Meanwhile the log is not printed. The option `:level` leaves less important messages out; all others are those of
  `Logger.default_formatter/1`.
  """

  @doc "What is logged."
  def capture_log(opts \\ [], fun), do: opts |> with_log(fun) |> elem(1)

  @doc "The function's result, and what is logged."
  def with_log(opts \\ [], fun) when is_list(opts) and is_function(fun, 0) do
    {level, opts} = Keyword.pop(opts, :level)
    {formatter, opts} = Keyword.pop_lazy(opts, :formatter, fn -> nil end)
    formatter = formatter || Logger.default_formatter(Keyword.put_new(opts, :colors, enabled: false))
    {:ok, string} = StringIO.open("")
    id = :"ex_unit_capture_#{System.unique_integer([:positive])}"

    try do
      ExUnit.Captures.add_handler(id, %{level: level || :all, formatter: formatter, config: %{device: string}})

      result =
        try do
          fun.()
        after
          ExUnit.Captures.remove_handler(id)
        end

      {_rest, log} = StringIO.contents(string)
      {result, log}
    after
      StringIO.close(string)
    end
  end

  @doc false
  # A handler's callback. The capture may end while somebody logs.
  def log(event, %{config: %{device: device}, formatter: {module, config}}) do
    IO.write(device, module.format(event, config))
  catch
    _, _ -> :ok
  end
end
