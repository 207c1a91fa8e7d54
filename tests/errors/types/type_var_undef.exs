defmodule A do
  @type t :: a
end
