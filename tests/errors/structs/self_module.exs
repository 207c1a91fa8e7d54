defmodule A do
  defstruct [:a]
  def f, do: %__MODULE__{b: 1}
end
