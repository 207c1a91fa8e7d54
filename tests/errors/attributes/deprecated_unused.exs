defmodule A do
  @deprecated "a"
end
