defmodule B do
  defmacro __before_compile__(_env) do
    raise "oops"
  end
end
defmodule A do
  @before_compile B
end
