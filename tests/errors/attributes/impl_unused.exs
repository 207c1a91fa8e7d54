defmodule A do
  @impl true
end
