defmodule A do
  @type t(:a) :: integer
end
