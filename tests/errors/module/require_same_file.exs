defmodule M do
  @deprecated "no"
  defmacro m, do: 1
end
require M
M.m()
defmodule N do
  require M
  M.m()
end
