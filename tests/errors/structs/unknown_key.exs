defmodule S do
  defstruct [:a]
end
defmodule A do
  def f, do: %S{b: 1}
end
