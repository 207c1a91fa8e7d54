defmodule A do
  @type t :: t
end
