defmodule A do
  defguard foo(:a) when true
end
