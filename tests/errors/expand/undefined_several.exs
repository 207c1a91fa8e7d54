defmodule A do
  def f(x), do: foo(x) + y

  def g do
    bar(z)
    baz()
  end
end
