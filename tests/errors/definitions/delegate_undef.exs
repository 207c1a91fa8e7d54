defmodule A do
  defdelegate foo(x), to: String
end
