# One table, used by one process and by two at once: operations a second, for each kind of table and option.
defmodule EtsShared do
  @keys 50_000

  defp table(kind, options) do
    table = :ets.new(:shared, [kind, :public | options])
    for key <- 1..@keys, do: :ets.insert(table, {key, 0, "value"})
    table
  end

  defp work(:lookup, table, n, key), do: each(n, key, fn key -> :ets.lookup(table, key) end)
  defp work(:one_key, table, n, _key), do: each(n, 1, fn _ -> :ets.lookup(table, 1) end)
  defp work(:insert, table, n, key), do: each(n, key, fn key -> :ets.insert(table, {key, n, "other"}) end)
  defp work(:update_counter, table, n, key), do: each(n, key, fn key -> :ets.update_counter(table, key, 1) end)

  # Keys in no order, those of one process other than those of the next.
  defp each(0, _key, _fun), do: :ok

  defp each(n, key, fun) do
    fun.(key)
    each(n - 1, rem(key * 16_807, 49_999) + 1, fun)
  end

  defp measure(what, table, n, processes) do
    {us, _} =
      :timer.tc(fn ->
        1..processes
        |> Enum.map(fn me -> Task.async(fn -> work(what, table, n, me * 1000 + 7) end) end)
        |> Task.await_many(:infinity)
      end)

    n * processes / us
  end

  def main(argv) do
    n = if argv == [], do: 400_000, else: String.to_integer(hd(argv))

    for kind <- [:set, :ordered_set],
        options <- [[], [read_concurrency: true], [write_concurrency: true]],
        what <- [:lookup, :one_key, :insert, :update_counter] do
      table = table(kind, options)
      measure(what, table, n, 1)
      [one, two] = for processes <- [1, 2], do: Enum.max(for _ <- 1..3, do: measure(what, table, n, processes))
      :ets.delete(table)
      name = "#{kind} #{inspect(options)} #{what}"
      IO.puts("#{String.pad_trailing(name, 56)} #{Float.round(one, 2)} #{Float.round(two, 2)} million/s, #{Float.round(two / one, 2)} times")
    end
  end
end

EtsShared.main(System.argv())
