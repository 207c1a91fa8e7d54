defmodule A do
  defmodule B do
  end
  def f, do: B.g()
end
