defmodule A do
  @type t :: record(:foo)
end
