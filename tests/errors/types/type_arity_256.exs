defmodule A do
  @type t :: %{optional(a) => integer}
end
