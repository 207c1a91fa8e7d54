defmodule A do
  defoverridable foo: 1
end
