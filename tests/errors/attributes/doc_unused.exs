defmodule A do
  @doc "a"
end
