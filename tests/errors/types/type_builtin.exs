defmodule A do
  @type integer :: atom
end
