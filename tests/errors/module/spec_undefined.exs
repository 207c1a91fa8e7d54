defmodule A do
  @spec foo(integer) :: integer
end
