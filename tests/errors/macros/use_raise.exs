defmodule M do
  defmacro __using__(_), do: raise "a"
end
defmodule N do
  use M
end
