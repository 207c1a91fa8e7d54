defmodule A do
  super()
end
