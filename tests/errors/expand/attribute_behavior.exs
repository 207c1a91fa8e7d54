defmodule A do
  @behavior GenServer
end
