defmodule Types do
  @typedoc "one"
  @typedoc "two"
  @type t :: integer
  @typedoc "hidden"
  @typep p :: integer
  @spec x(p) :: t
  def x(y), do: y
end
