defmodule A do
  @behaviour "foo"
end
