defmodule A do
  def _f, do: 1
end

import A
_f()
