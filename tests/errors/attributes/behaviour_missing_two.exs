defmodule B do
  @callback a() :: term
  @callback b(term) :: term
end
defmodule A do
  @behaviour B
end
