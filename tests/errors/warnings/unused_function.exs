defmodule Clock do
  defp tick, do: 1
  defp tick(n), do: n
  defmacrop wind(x), do: x
  defp count(0), do: 0
  defp count(n), do: count(n - 1)
  defp ping(n), do: pong(n)
  defp pong(n), do: ping(n)
  defp later(_time)
  defp later(1), do: 1
  defp later(2), do: 2
  defp used, do: 1
  def time, do: used()
end
