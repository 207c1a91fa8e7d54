defmodule A do
  @type t :: (integer -> integer; atom -> atom)
end
