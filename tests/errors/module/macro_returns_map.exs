defmodule A do
  defmacro m, do: %{a: 1}
end

defmodule B do
  require A
  def f, do: A.m()
end
