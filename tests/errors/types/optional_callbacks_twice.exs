defmodule A do
  @callback f() :: integer
  @optional_callbacks f: 0
  @optional_callbacks f: 0
end
