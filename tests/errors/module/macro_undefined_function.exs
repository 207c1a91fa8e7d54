defmodule A do
  defmacro m, do: quote(do: nothing_here(1))
end

defmodule B do
  require A
  def f, do: A.m()
end
