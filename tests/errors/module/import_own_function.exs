defmodule A do
  def map(x, y), do: {x, y}
end

defmodule B do
  import A
  import Enum
  def f(x), do: map(x, 1)
end
