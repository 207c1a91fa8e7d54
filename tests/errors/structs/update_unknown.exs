defmodule S do
  defstruct [:a]
end
defmodule A do
  def f(x), do: %S{x | b: 1}
end
