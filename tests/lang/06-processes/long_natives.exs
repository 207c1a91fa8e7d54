# No process waits for another's long operation: a ticker ticks while every scheduler is in one. (Elixir says so of all but
# `multiply` and `copy`, in which its schedulers stay.)
defmodule LongNatives do
  def ticker(times) do
    receive do
      {:times, from} -> send(from, {:times, times})
    after
      1 -> ticker([System.monotonic_time() | times])
    end
  end

  def check(name, work) do
    ticker = spawn_link(fn -> ticker([]) end)

    spans =
      1..System.schedulers_online()
      |> Enum.map(fn _ ->
        Task.async(fn ->
          start = System.monotonic_time()
          work.()
          {start, System.monotonic_time()}
        end)
      end)
      |> Task.await_many(:infinity)

    send(ticker, {:times, self()})
    times = receive(do: ({:times, times} -> times))
    first = spans |> Enum.map(&elem(&1, 0)) |> Enum.max()
    last = spans |> Enum.map(&elem(&1, 1)) |> Enum.min()
    during = Enum.count(times, &(&1 > first and &1 < last))
    # What takes no time on this machine shows nothing.
    long = System.convert_time_unit(last - first, :native, :millisecond) > 200
    IO.inspect({name, not long or during > 0})
  end
end

list = for i <- 1..400_000, do: {rem(i * 7919, 1_000_003), i}
big = Integer.pow(7, 400_000)
text = :binary.copy("abcdefghij", 200_000)

LongNatives.check(:sort, fn -> :lists.sort(list) end)
LongNatives.check(:subtract, fn -> list -- list end)
LongNatives.check(:multiply, fn -> big * (big + 1) end)
LongNatives.check(:digits, fn -> byte_size(Integer.to_string(big)) end)
LongNatives.check(:regex, fn -> length(Regex.scan(~r/c/, text)) end)
LongNatives.check(:copy, fn -> for _ <- 1..5, do: send(spawn(fn -> :ok end), list) end)
LongNatives.check(:encode, fn -> byte_size(:erlang.term_to_binary(list, [:compressed])) end)
LongNatives.check(:table, fn -> :ets.insert(:ets.new(:t, [:set]), list) end)
