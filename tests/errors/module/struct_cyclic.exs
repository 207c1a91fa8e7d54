defmodule P do
  defstruct q: %Q{}
end

defmodule Q do
  defstruct p: %P{}
end
