defmodule A do
  def f(a_long_name, b_long_name), do: a_long_nam
end
