defmodule A do
  @behaviour 1
end
