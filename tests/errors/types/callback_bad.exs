defmodule A do
  @callback f(integer)
end
