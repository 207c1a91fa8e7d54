defmodule A do
  @type t :: [integer, atom]
end
