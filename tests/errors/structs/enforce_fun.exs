defmodule A do
  @enforce_keys [:a, :b]
  defstruct [:a, :b]
end
defmodule B do
  def f, do: %A{}
end
