defmodule Shadow do
  def a(_), do: 1
  def a(1), do: 2
  def a(2), do: 3

  def b(x) do
    case x do
      _ -> 1
      2 -> 2
    end
  end

  def c(x) when is_integer(x), do: x
  def c(x), do: x
  def c(x) when is_atom(x), do: x
  def d(x, x), do: x
  def d(_, _), do: 1

  def e do
    fn
      _ -> 1
      _ -> 2
    end
  end
end
