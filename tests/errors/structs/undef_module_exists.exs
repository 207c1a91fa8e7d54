defmodule A do
  def f, do: %String{a: 1}
end
