defmodule A do
  @foo 1, 2
end
