defmodule A do
  @callback f() :: integer
  @callback f() :: atom
end
