defmodule A do
  @behaviour String
end
