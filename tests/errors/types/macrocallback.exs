defmodule A do
  @macrocallback f(integer) :: Macro.t
  @callback f(integer) :: integer
end
