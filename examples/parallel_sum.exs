# Splits work over processes and adds up their answers in order.
defmodule Primes do
  def count(range), do: Enum.count(range, &prime?/1)

  defp prime?(n) when n < 2, do: false
  defp prime?(n), do: not divisible?(n, 2)

  defp divisible?(n, d) when d * d > n, do: false
  defp divisible?(n, d) when rem(n, d) == 0, do: true
  defp divisible?(n, d), do: divisible?(n, d + 1)
end

ranges = [1..25_000, 25_001..50_000, 50_001..75_000, 75_001..100_000]

counts =
  ranges
  |> Enum.map(fn range -> Task.async(fn -> Primes.count(range) end) end)
  |> Task.await_many()

for {range, count} <- Enum.zip(ranges, counts), do: IO.puts("#{inspect(range)}: #{count} primes")
IO.puts("together: #{Enum.sum(counts)}")
