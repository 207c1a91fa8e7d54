defmodule A do
  @__foo__ 1
  @after 2
end
