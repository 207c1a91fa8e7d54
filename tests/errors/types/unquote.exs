defmodule A do
  @type t :: unquote(:foo)
end
