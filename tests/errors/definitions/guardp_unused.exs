defmodule A do
  defguardp foo(x) when is_integer(x)
end
