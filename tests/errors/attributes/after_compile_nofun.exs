defmodule A do
  @after_compile String
end
