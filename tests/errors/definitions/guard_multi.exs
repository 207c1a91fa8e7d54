defmodule A do
  defguard foo(x) when is_integer(x) when is_atom(x)
end
