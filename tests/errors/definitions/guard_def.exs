defmodule A do
  defguard foo(x) when String.valid?(x)
end
