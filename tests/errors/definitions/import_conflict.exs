defmodule A do
  import String, only: [upcase: 1]
  def upcase(x), do: x
end
