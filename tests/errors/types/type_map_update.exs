defmodule A do
  @type t :: %{x | a: 1}
end
