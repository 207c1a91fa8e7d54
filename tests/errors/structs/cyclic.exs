defmodule A do
  defstruct b: %{__struct__: B}
end
defmodule C do
  defstruct c: %C{}
end
