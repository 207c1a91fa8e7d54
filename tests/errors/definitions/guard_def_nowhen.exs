defmodule A do
  defguard foo(x)
end
