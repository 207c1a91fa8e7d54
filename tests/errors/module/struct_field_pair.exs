defmodule A do
  defstruct [{"a", 1}]
end
