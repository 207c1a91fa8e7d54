defmodule A do
  defdelegate upcase(x \\ "a"), to: String
  defdelegate [a(x), b(x)], to: String
end
