defmodule A do
  defstruct [:a]
end
x = %{a: 1}
%A{x | a: 1}
