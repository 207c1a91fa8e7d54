defmodule A do
  @type t :: @foo
end
