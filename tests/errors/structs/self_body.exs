defmodule A do
  defstruct [:a]
  %A{}
end
