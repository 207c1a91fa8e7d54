defmodule A do
  unquote(:foo)
end
