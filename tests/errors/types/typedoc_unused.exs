defmodule A do
  @typedoc "a"
end
