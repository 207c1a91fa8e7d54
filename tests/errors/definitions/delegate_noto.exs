defmodule A do
  defdelegate foo(x)
end
