defmodule A do
  defstruct a: self()
end
