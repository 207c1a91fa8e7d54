defmodule A do
  defguard is_foo(x) when String.length(x) > 1
end
