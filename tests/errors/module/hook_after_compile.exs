defmodule A do
  @after_compile 1
end
# Differs: Elixir shows a function clause error of its compiler.
