defmodule A do
  throw(:bye)
end
