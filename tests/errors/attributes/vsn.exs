defmodule A do
  @vsn 1
  @foo
end
