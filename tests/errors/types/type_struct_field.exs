defmodule A do
  defstruct [:a]
  @type t :: %A{b: integer}
end
