defmodule A do
  def f(x) do
    with {:ok, y} <- x, z <- y do z else _ -> 1 end
    with y when y > 1 <- x do y else _ -> 1 end
    with _ <- x do 1 else _ -> 2 end
    with ^x <- x do 1 else _ -> 2 end
    with y = {:ok, _} <- x do y else _ -> 2 end
    with {:ok, y} = x do y else _ -> 2 end
    with x do 3 else _ -> 2 end
    with y = _ <- x do y else _ -> 2 end
  end
end
