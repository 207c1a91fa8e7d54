defmodule B do
  @macrocallback m(term) :: Macro.t
end
defmodule A do
  @behaviour B
  def m(x), do: x
end
