# What the break menu shows.
defmodule :cordial_break do
  @moduledoc false

  def processes do
    rows = for pid <- Process.list(), info = Process.info(pid, [:registered_name, :current_function, :status, :message_queue_len, :reductions]), do: row(pid, info)
    IO.puts([format(["pid", "name", "in", "status", "messages", "reductions"]), "\n", Enum.intersperse(Enum.map(rows, &format/1), "\n")])
  end

  defp row(pid, info) do
    name = if info[:registered_name] in [nil, [], :""], do: "", else: inspect(info[:registered_name])

    place =
      case info[:current_function] do
        {module, function, arity} -> Exception.format_mfa(module, function, arity)
        _ -> ""
      end

    [inspect(pid), name, place, "#{info[:status]}", "#{info[:message_queue_len]}", "#{info[:reductions]}"]
  end

  @widths [16, 28, 40, 10, 9, 12]

  defp format(cells) do
    @widths |> Enum.zip(cells) |> Enum.map_join(" ", fn {width, cell} -> String.pad_trailing(cell, width) end) |> String.trim_trailing()
  end

  def system do
    memory = :erlang.memory()

    IO.puts([
      "processes:  #{:erlang.system_info(:process_count)} of #{:erlang.system_info(:process_limit)}\n",
      "schedulers: #{:erlang.system_info(:schedulers_online)}, run queue #{:erlang.statistics(:run_queue)}\n",
      "atoms:      #{:erlang.system_info(:atom_count)}\n",
      "tables:     #{:erlang.system_info(:ets_count)}\n",
      "memory:     #{div(memory[:total], 1024)} kB, processes #{div(memory[:processes], 1024)} kB, code #{div(memory[:code], 1024)} kB, ets #{div(memory[:ets], 1024)} kB"
    ])
  end
end
