defmodule A do
  @before_compile String
end
