IO.puts("before")

defmodule A do
  def f, do: x
end

IO.puts("after")
