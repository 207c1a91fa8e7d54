defmodule A do
  @type t :: "abc"
end
