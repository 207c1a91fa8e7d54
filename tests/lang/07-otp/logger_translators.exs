# Translators, old-fashioned reports, and what Logger makes of messages of every kind.
defmodule Told do
  def log(event, %{config: %{to: to}}) do
    {module, formatter} = Logger.Formatter.new(format: "[$level] $message $metadata\n", metadata: [:extra, :domain, :mfa], colors: [enabled: false])
    text = event |> module.format(formatter) |> IO.chardata_to_string() |> String.replace(~r/#(PID|Function)<[^>]+>/, "#\\1<N>")
    text = text |> String.replace(" mfa=:gen_server.error_info/8", "") |> String.replace(~r/\S*?(\w+\.exs)/, "\\1")
    send(to, {:told, text |> String.split("\n") |> Enum.reject(&(&1 =~ ~r/^ +\(/)) |> Enum.join("\n")})
  end

  def next do
    receive do
      {:told, text} -> IO.puts(String.trim(text))
    after
      150 -> IO.puts("(nothing)")
    end
  end
end

defmodule Translators do
  def own(least, level, kind, message) do
    case message do
      {:logger, %{label: {:gen_server, :terminate}} = report} -> {:ok, "server: #{inspect(report.state)} #{least} #{level} #{kind}"}
      {:logger, _} -> :none
      {{a, b}, %{}} when is_atom(a) -> {:ok, ["report: ", inspect({a, b}), " #{kind}"], extra: "meta"}
      {format, args} when is_list(format) -> {:ok, "format: #{format} #{length(args)} #{level} #{kind}"}
      {label, report} -> {:ok, "other: #{inspect({label, report})}"}
    end
  end

  def failing(_, _, _, _), do: raise("cannot")
  def silent(_, _, _, _), do: :skip
end

require Logger
:logger.add_handler(:told, Told, %{config: %{to: self()}})
:logger.update_handler_config(:default, :level, :none)

deaths = fn ->
  {:ok, agent} = Agent.start(fn -> :state end)
  Agent.cast(agent, fn _ -> exit(:agent) end)
  Told.next()
  Task.start(fn -> exit(:task) end)
  Told.next()
  spawn(fn -> :erlang.error(:process) end)
  Told.next()
end

IO.puts("-- a translator of one's own")
Logger.add_translator({Translators, :own})
deaths.()
:error_logger.error_msg(~c"number ~p~n", [1])
Told.next()
:error_logger.warning_report(a: 1)
Told.next()
Logger.error(%{map: :report})
Told.next()
:logger.error(~c"list ~p", [[1, 2]])
Told.next()
Logger.remove_translator({Translators, :own})
IO.puts("-- one that fails")
Logger.add_translator({Translators, :failing})
Task.start(fn -> exit(:task) end)
Told.next()
Logger.remove_translator({Translators, :failing})
IO.puts("-- one that is silent")
Logger.add_translator({Translators, :silent})
deaths.()
Logger.error("not for translators")
Told.next()
Logger.remove_translator({Translators, :silent})

IO.puts("-- error_logger")
:error_logger.error_msg(~c"number ~p~n", [1]); Told.next()
:error_logger.warning_msg(~c"word ~s", [~c"abc"]); Told.next()
:error_logger.info_msg(~c"plain"); Told.next()
:error_logger.error_report(a: 1, b: "two"); Told.next()
:error_logger.error_report("text"); Told.next()
:error_logger.error_report(:my_type, a: 1); Told.next()
:error_logger.warning_report(:my_type, a: 1); Told.next()
:error_logger.info_report(:std_info, [{:a, 1}, :b]); Told.next()

IO.puts("-- messages")

defmodule Inside do
  def messages do
    for message <- ["text", ["te", ?x, ["t"]], [a: 1], [{"a", 1}], %{a: 1}, [], fn -> "late" end, fn -> {"late", extra: 1} end] do
      Logger.error(message)
      Told.next()
    end
  end
end

Inside.messages()
Logger.error([1, {:odd, 1}]); Told.next()
Logger.error("é\n  more\nlines", domain: [:mine], extra: :atom); Told.next()
Logger.bare_log(:alert, "bare", extra: 1.5); Told.next()
:logger.notice(~c"~ts and ~w", ["é", "é"]); Told.next()
:logger.error(%{a: 1}); Told.next()
:logger.error(%{a: 1}, %{report_cb: fn report -> {~c"callback ~p", [report]} end}); Told.next()
:logger.error(%{a: 1}, %{report_cb: fn report, options -> inspect({report, options.single_line}) end}); Told.next()
Logger.configure(level: :warning)
Logger.notice("too low"); Told.next()
Logger.put_module_level(Inside, :none)
Logger.error("not from there"); Told.next()
Logger.put_process_level(self(), :critical)
Logger.error("too low for this process"); Told.next()
Logger.critical("high enough"); Told.next()
