defmodule A do
  @type t :: [..., integer]
end
