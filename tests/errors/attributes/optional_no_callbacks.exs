defmodule A do
  @optional_callbacks f: 0
end
