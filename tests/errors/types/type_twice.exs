defmodule A do
  @type t :: integer
  @type t :: atom
end
