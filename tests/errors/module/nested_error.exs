defmodule A do
  defmodule B do
    def f, do: x
  end
end
