defmodule Calc do
  def add(x), do: x
  def add(x, y), do: x + y
  def addd, do: 1
  defp hidden(x), do: x
  defmacro double(x), do: x
  def show(x), do: hidden(x)
end

defmodule User do
  def a, do: Calc.ad(1)
  def b, do: Calc.add(1, 2, 3)
  def c, do: Calc.hidden(1)
  def d, do: String.upcasee("x")
  def e, do: :lists.nofun(1)
  def f, do: Calc.double(1)
  def g, do: &Calc.nothing/2
  def h, do: User.nothing()
  def i(list), do: list |> Enum.mapp(& &1)
  def j, do: %{a: Calc.ad(2)}
  def k, do: String."odd name"(1)
end
