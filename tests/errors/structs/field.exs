defmodule A do
  defstruct [:a, :b]
end
struct(A).c
