defmodule A do
  @type t :: 10..1
end
