defmodule A do
  raise "oops"
end
