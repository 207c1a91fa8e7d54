defmodule M do
  defmacro m, do: quote(do: x)
end
defmodule N do
  import M
  def f do
    m()
  end
end
