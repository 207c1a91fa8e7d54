defmodule A do
  defstruct [:__struct__]
end
