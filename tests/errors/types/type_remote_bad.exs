defmodule A do
  @type t :: foo().bar
end
