defmodule A do
  @type t :: 1.5
end
