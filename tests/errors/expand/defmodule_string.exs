defmodule "foo" do
end
# Differs: Elixir does not say where.
