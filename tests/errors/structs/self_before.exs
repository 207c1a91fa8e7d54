defmodule A do
  def f, do: %A{}
  defstruct [:a]
end
