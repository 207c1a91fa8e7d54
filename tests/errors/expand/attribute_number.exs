defmodule A do
  @1
end
# Differs: Elixir shows a function clause error of the macro.
