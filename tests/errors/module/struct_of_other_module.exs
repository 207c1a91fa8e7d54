defmodule P do
  @enforce_keys [:a]
  defstruct [:a]
end

defmodule Q do
  def f, do: %P{}
  def g, do: %P{a: 1, z: 2}
end
