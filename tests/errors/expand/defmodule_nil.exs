defmodule nil do
end
# Differs: Elixir does not say where.
