defmodule Tools do
  @deprecated "use new/1"
  defmacro old(x), do: x
end

defmodule Worker do
  require Tools
  def a, do: Tools.old(1)
end
