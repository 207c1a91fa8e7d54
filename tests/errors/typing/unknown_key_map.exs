defmodule A do
  def literal do
    map = %{b: "x", a: 1, c: {:ok, 1.5}, d: [1, 2], e: [], f: nil}
    map.g
  end

  def argument(value) do
    map = %{a: value, b: %{}}
    map.c
  end

  def known(value) do
    map = %{a: value}
    {map.a, %{map | a: 2}}
  end
end
