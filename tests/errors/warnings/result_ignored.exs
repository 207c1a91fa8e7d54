defmodule Ignored do
  def operators(x) do
    x + 1
    -x
    x ++ []
    not x
    div(x, 2)
    Bitwise.band(x, 1)
    x
  end

  def calls(x) do
    hd(x)
    length(x)
    elem(x, 0)
    Integer.to_string(x)
    :maps.get(1, x)
    :math.sqrt(x)
    &String.length/1
    Enum.map(x, & &1)
    x
  end

  def branch(x) do
    case x do
      1 -> x + 1
      _ -> 1
    end

    _ = x + 1
    x
  end
end
