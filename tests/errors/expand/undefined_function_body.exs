defmodule A do
  foo(1)
end
