defmodule P do
  @enforce_keys [:a, :b]
  defstruct [:a, :b, :c]
  def f, do: %__MODULE__{c: 1}
end
