defmodule A do
  defdelegate foo(x), to: __MODULE__
end
