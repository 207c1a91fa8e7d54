defmodule Fast do
  @compile {:inline, a: 0}
  @compile {:inline, [b: 0, nope: 3]}
  def a, do: 1
  def b, do: 2
end
