defmodule Useless do
  def compare(x) do
    x == 1
    x != 1
    x > 1
    x <= 1
    x === 1
    x
  end

  def test(x) do
    is_atom(x)
    max(x, 1)
    self()
    x
  end

  def branch(x) do
    if x do
      x < 3
    end

    x
  end
end
