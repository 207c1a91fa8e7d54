defmodule A do
  defmacro m(x), do: x
end

defmodule B do
  def f, do: A.m(1)
end

B.f()
