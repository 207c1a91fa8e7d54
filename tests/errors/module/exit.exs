defmodule A do
  exit(:bye)
end
