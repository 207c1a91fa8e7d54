defmodule P do
  def f, do: %P{a: 1}
end
