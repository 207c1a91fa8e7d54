defmodule A do
  defoverridable [:foo]
end
