defmodule B do
  @macrocallback m(term) :: Macro.t
end
defmodule A do
  @behaviour B
end
