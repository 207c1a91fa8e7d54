defmodule A, foo: 1
# Differs: Elixir shows a function clause error of the macro.
