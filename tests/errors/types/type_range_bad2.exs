defmodule A do
  @type t :: a..b
end
