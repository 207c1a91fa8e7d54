defmodule A do
  defmacro __using__(_), do: nil
  use A
end
