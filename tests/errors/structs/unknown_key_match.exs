defmodule S do
  defstruct [:a]
end
defmodule A do
  def f(%S{b: 1}), do: 1
end
