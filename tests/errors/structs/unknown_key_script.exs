defmodule S do
  defstruct [:a]
end
%S{b: 1}
