defmodule A do
  @type t
end
