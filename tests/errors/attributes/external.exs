defmodule A do
  @external_resource 1
end
