x = 1
defmodule A do
  IO.inspect(x)
end
