defmodule A do
  defmacro __using__(_), do: raise(ArgumentError, "bad use")
end

defmodule B do
  use A
end
