defmodule A do
  import A
end
