defmodule A do
  defdelegate foo(x), to: String, as: :upcase, foo: 1
end
