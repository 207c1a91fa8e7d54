defmodule A do
  defguard foo(x), do: x
end
