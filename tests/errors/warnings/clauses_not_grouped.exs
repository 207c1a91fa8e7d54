defmodule Groups do
  def a(1), do: 1
  def b(1), do: 1
  def a(2), do: 2
  def a(1, 2), do: 1
  def b(2), do: 1

  for {word, n} <- [one: 1, two: 2] do
    def word(unquote(n)), do: unquote(word)
    def number(unquote(word)), do: unquote(n)
  end

  def word(n), do: n
end
