defmodule A do
  @Foo 1
end
