# Differs: Elixir has no message for this.
defmodule A do
  @before_compile "foo"
end
