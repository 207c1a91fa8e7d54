defmodule A do
  defstruct a: &String.upcase/1
end
