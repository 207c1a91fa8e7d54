defmodule A do
  @callback f() :: integer
  @optional_callbacks g: 0
end
