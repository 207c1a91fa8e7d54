defmodule A do
  defmodule Elixir.A do
  end
end
