defmodule E do
  defstruct [:a]
end
raise E
