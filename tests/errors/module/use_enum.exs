defmodule A do
  use Enum
end
