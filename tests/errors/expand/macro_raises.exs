defmodule A do
  defmacro m, do: raise("oops")
end

defmodule B do
  require A
  def f, do: A.m()
end
