defmodule A do
  defstruct ["a"]
end
