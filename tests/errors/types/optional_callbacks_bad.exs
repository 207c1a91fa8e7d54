defmodule A do
  @callback f() :: integer
  @optional_callbacks [:f]
end
