defmodule A do
  @type t :: a when a: integer
end
