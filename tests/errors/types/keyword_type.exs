defmodule A do
  @type t :: [a: integer, b]
end
