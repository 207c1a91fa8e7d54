defmodule A do
  @behaviour Foo
end
