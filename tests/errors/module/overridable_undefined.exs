defmodule A do
  defoverridable f: 1
end
