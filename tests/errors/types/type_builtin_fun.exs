defmodule A do
  @type list(a) :: [a]
end
