defmodule M do
  defmacro m, do: quote(do: x = 1)
end
defmodule N do
  import M
  def f do
    m()
    x
  end
end
