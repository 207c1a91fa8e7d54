defmodule A do
  defmacro m, do: {:foo, 1, 2, 3}
end

defmodule B do
  require A
  A.m()
end
