defmodule A do
  defdelegate upcase(x), to: String, append_first: true
end
