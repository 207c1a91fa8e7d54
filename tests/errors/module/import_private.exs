defmodule A do
  defp f, do: 1
  def g, do: f()
end

import A, only: [f: 0]
