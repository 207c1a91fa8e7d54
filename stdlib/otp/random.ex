defmodule :random do
  @moduledoc false
  # The old generator of Wichmann and Hill, AS 183.

  def seed0, do: {3172, 9814, 20125}
  def seed, do: put(seed0())
  def seed({a, b, c}), do: seed(a, b, c)

  def seed(a, b, c) do
    put({rem(abs(a), 30268) + 1, rem(abs(b), 30306) + 1, rem(abs(c), 30322) + 1})
  end

  defp put(seed) do
    case :erlang.put(:random_seed, seed) do
      :undefined -> seed0()
      old -> old
    end
  end

  def uniform do
    {value, seed} = uniform_s(current())
    :erlang.put(:random_seed, seed)
    value
  end

  def uniform(n) when is_integer(n) and n >= 1, do: trunc(uniform() * n) + 1

  def uniform_s({a, b, c}) do
    seed = {_, _, _} = {rem(a * 171, 30269), rem(b * 172, 30307), rem(c * 170, 30323)}
    {x, y, z} = seed
    value = x / 30269 + y / 30307 + z / 30323
    {value - trunc(value), seed}
  end

  def uniform_s(n, state) when is_integer(n) and n >= 1 do
    {value, state} = uniform_s(state)
    {trunc(value * n) + 1, state}
  end

  defp current do
    case :erlang.get(:random_seed) do
      :undefined -> seed0()
      seed -> seed
    end
  end
end
