defmodule 1 do
end
# Differs: Elixir does not say where.
