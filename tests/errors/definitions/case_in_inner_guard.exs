defmodule A do
  def f(x) do
    case x do
      y when (case y do _ -> 1 end) -> 1
    end
  end
end
