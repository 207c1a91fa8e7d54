defmodule A do
  foo
end
